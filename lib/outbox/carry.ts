import { generationRequestedEvent } from '../generation/requested-event';
import { purgeEmbed } from '../edge/purge-embed';
import type { Carry } from './relay';

/** Carries a message out. Every branch may run twice. */
export const carry: Carry = async (rt, message) => {
  switch (message.kind) {
    case 'generation.dispatch':
      return rt.sendEvents([generationRequestedEvent(message)]);
    case 'edge.purge':
      return purgeEmbed(rt, message);
    case 'objects.delete':
      await Promise.all(message.keys.map((key) => rt.storage.delete(key)));
  }
};
