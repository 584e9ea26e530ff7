import type { Model } from './models';
import type { Behaviour, Input, PredictionMatch } from './types';

interface Asked {
  model: Model;
  input: Input;
}

/** A model's name, parts of the input, or (in process only) any test. */
export type Matcher = string | PredictionMatch | ((asked: Asked) => boolean);

interface Line {
  fits(asked: Asked): boolean;
  behaviours: Behaviour[];
  always: boolean;
}

export type Script = ReturnType<typeof makeScript>;

/** What the next predictions do. */
export function makeScript() {
  let lines: Line[] = [];

  const add = (matcher: Matcher, behaviours: Behaviour[], always: boolean) => void lines.push({ fits: toTest(matcher), behaviours: [...behaviours], always });

  return {
    /** Each behaviour is used by one prediction, in this order. */
    next: (matcher: Matcher, behaviours: Behaviour[]) => add(matcher, behaviours, false),
    /** From now on, where `next` has nothing left; a later line goes before an earlier one. */
    always: (matcher: Matcher, behaviour: Behaviour) => add(matcher, [behaviour], true),
    take(asked: Asked): Behaviour {
      const once = lines.find((line) => !line.always && line.behaviours.length > 0 && line.fits(asked));
      if (once) return once.behaviours.shift()!;
      return lines.findLast((line) => line.always && line.fits(asked))?.behaviours[0] ?? {};
    },
    clear: () => void (lines = []),
  };
}

function toTest(matcher: Matcher): (asked: Asked) => boolean {
  if (typeof matcher === 'function') return matcher;
  const { model = '*', input = {} } = typeof matcher === 'string' ? { model: matcher } : matcher;
  return (asked) => (model === '*' || model === asked.model.name) && Object.entries(input).every(([name, value]) => JSON.stringify(asked.input[name]) === JSON.stringify(value));
}
