import { brandSchema } from '../../projects/brand-schema';
import { analyseImage } from '../../render';
import type { PromptProvider } from '../providers';
import { describePrompt } from './describe-prompt';
import { translate } from './render-failure';

/** The built-in describer: needs no key, looks at colours, light, orientation and the focal point. */
export const localPrompts: PromptProvider = {
  async describe({ source, brand, motion }, { signal }) {
    const traits = await analyseImage(source).catch(translate);
    signal.throwIfAborted();
    return describePrompt(traits, brandSchema.safeParse(brand).data ?? {}, motion);
  },
};
