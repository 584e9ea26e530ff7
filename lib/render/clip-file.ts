import { writeFile } from 'node:fs/promises';
import { openDecoder } from './clip-decoder';
import { readFacts, type ClipFacts } from './clip-facts';
import { checkLimits, CLIP_LIMITS, unsupported } from './clip-limits';
import { checkBoxes } from './mp4-boxes';
import { withTempFile } from './temp-file';

/** A clip from elsewhere, on disk and within the limits. */
export interface ClipFile {
  path: string;
  facts: ClipFacts;
}

/** Runs `use` with a clip as a file, once it is within the limits. Throws RenderError `clip_unsupported` that says what is wrong. */
export async function withClipFile<T>(mp4: Uint8Array, use: (clip: ClipFile) => Promise<T>): Promise<T> {
  if (mp4.byteLength > CLIP_LIMITS.bytes) throw unsupported(`The clip is larger than ${CLIP_LIMITS.bytes / 1024 / 1024} MB.`);
  checkBoxes(mp4);
  return withTempFile('in.mp4', async (path) => {
    await writeFile(path, mp4);
    const facts = readFacts(path);
    checkLimits({ ...facts, frames: facts.times.length });
    const seen = { ...facts, ...firstPicture(path, facts) };
    checkLimits({ ...seen, frames: seen.times.length });
    return use({ path, facts: seen });
  });
}

/** The first picture's own word on its size, which the container only repeats, and on its pixels where that is silent. */
function firstPicture(path: string, { pixelAspect }: ClipFacts): Pick<ClipFacts, 'width' | 'height' | 'pixelAspect'> {
  const decoder = openDecoder(path);
  try {
    if (!decoder.advance()) throw unsupported('The clip has no frames.');
    const { width, height, sampleAspectRatio: sar } = decoder.frame;
    const own = sar.num > 0 && sar.den > 0 ? sar.num / sar.den : 1;
    const aspect = pixelAspect ?? own;
    // A stretch beyond this is a broken file, not a picture.
    return { width, height, pixelAspect: aspect > 0.25 && aspect < 4 ? aspect : 1 };
  } finally {
    decoder.close();
  }
}
