'use client';
import type { Mode, Motion } from '../api-types';
import { modeNames, motionNames } from '../format';
import { DurationSlider } from '../ui/duration-slider';
import { Labelled } from '../ui/labelled';
import { Segmented } from '../ui/segmented';

export interface Movement {
  motion: Motion;
  mode: Mode;
  dur_seconds: number;
}

const motionOptions = (Object.keys(motionNames) as Motion[]).map((value) => ({ value, name: motionNames[value] }));
const modeOptions = (Object.keys(modeNames) as Mode[]).map((value) => ({ value, name: modeNames[value] }));

interface Props {
  value: Movement;
  onChange: (part: Partial<Movement>) => void;
  /** Values to name beside those that differ from them. */
  before?: Movement;
}

/** How a clip moves: motion, mode and duration. */
export function MotionFields({ value, onChange, before = value }: Props) {
  const was = (changed: boolean, text: string) => (changed ? `now ${text}` : undefined);
  return (
    <>
      <Labelled name="Motion" note={was(value.motion !== before.motion, motionNames[before.motion])}>
        <Segmented label="Motion" value={value.motion} options={motionOptions} onChange={(motion) => onChange({ motion })} />
      </Labelled>
      <Labelled name="Mode" note={was(value.mode !== before.mode, modeNames[before.mode])}>
        <Segmented label="Mode" value={value.mode} options={modeOptions} onChange={(mode) => onChange({ mode })} />
      </Labelled>
      <Labelled name={`Duration: ${value.dur_seconds} s`} note={was(value.dur_seconds !== before.dur_seconds, `${before.dur_seconds} s`)}>
        <DurationSlider value={value.dur_seconds} onChange={(dur_seconds) => onChange({ dur_seconds })} />
      </Labelled>
    </>
  );
}
