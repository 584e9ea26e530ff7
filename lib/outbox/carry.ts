import { clearWork } from '../generation/clear-work';
import { cancelPrediction } from '../generation/replicate/cancel-predictions';
import { generationNudgedEvent, generationRequestedEvent } from '../generation/pipeline-events';
import { purgeEmbed } from '../edge/purge-embed';
import { purgeProject } from '../edge/purge-project';
import { forgetEmbed, settleEmbed } from '../edge/settle-embed';
import type { Carry } from './relay';

/** Carries a message out. Every branch may run twice. */
export const carry: Carry = async (rt, message) => {
  switch (message.kind) {
    case 'generation.dispatch':
      return rt.sendEvents([generationRequestedEvent(message)]);
    case 'generation.nudge':
      return rt.sendEvents([generationNudgedEvent(message)]);
    case 'generation.clear':
      return clearWork(rt, { id: message.generationId, assetId: message.assetId });
    case 'prediction.cancel':
      return cancelPrediction(rt, message);
    case 'edge.purge':
      return purgeEmbed(rt, message);
    case 'edge.purge-project':
      return purgeProject(rt, message);
    case 'edge.settle':
      return settleEmbed(rt, message);
    case 'edge.forget':
      return forgetEmbed(rt, message);
    case 'objects.delete':
      await Promise.all(message.keys.map((key) => rt.storage.delete(key)));
  }
};
