import { readFile, writeFile } from 'node:fs/promises';
import { FFmpegError, FormatContext, InputFormat, Packet } from 'node-av/lib';
import { AV_PKT_FLAG_KEY, AVMEDIA_TYPE_VIDEO } from 'node-av/constants';
import './quiet';
import { openMp4 } from './mp4-file';
import type { RenderedClip } from './render-clip';
import { withTempFile } from './temp-file';

interface Stage {
  input: FormatContext;
  index: number;
  width: number;
  height: number;
  fps: number;
  /** Of the stream's clock in one frame. */
  ticks: number;
  frames: number;
  extradata: Buffer | null;
  /** Is the last packet a picture by itself, so that it can be left out? */
  detachable: boolean;
}

/**
 * Joins our own two stages of a loop by their packets: nothing is decoded or encoded again. Each stage's last frame,
 * which is the other's first, is left out. The caller has checked that both are clips (`clip-file.ts`).
 * @returns null when the clips are not two such stages of `durationMs` together; then pictures must be merged.
 */
export async function joinStages(forward: Uint8Array, back: Uint8Array, durationMs: number): Promise<RenderedClip | null> {
  return withTempFile('one.mp4', (one) =>
    withTempFile('two.mp4', (two) =>
      withTempFile('loop.mp4', async (file) => {
        await Promise.all([writeFile(one, forward), writeFile(two, back)]);
        const stages: Stage[] = [];
        try {
          for (const path of [one, two]) {
            const stage = openStage(path);
            if (!stage) return null;
            stages.push(stage);
          }
          const [first, second] = stages as [Stage, Stage];
          if (!areJoinable(first, second, durationMs)) return null;
          writeJoined(file, first, second);
          const { width, height, fps } = first;
          const frames = first.frames + second.frames - 2;
          return { mp4: new Uint8Array(await readFile(file)), width, height, fps, frames, durationMs };
        } finally {
          for (const { input } of stages) input.closeInputSync();
        }
      }),
    ),
  );
}

function openStage(file: string): Stage | null {
  const input = new FormatContext();
  if (input.openInputSync(file, InputFormat.findInputFormat('mov')) < 0) return null;
  if (input.findStreamInfoSync() < 0 || input.streams.length !== 1) return close(input);
  const index = input.findBestStream(AVMEDIA_TYPE_VIDEO);
  const stream = input.streams[index];
  if (!stream || stream.timeBase.num !== 1 || stream.avgFrameRate.den !== 1) return close(input);
  const fps = stream.avgFrameRate.num;
  if (stream.timeBase.den % fps !== 0) return close(input);
  const ticks = stream.timeBase.den / fps;
  const { width, height, extradata } = stream.codecpar;
  const frames = Number(stream.nbFrames);
  const last = BigInt((frames - 1) * ticks);
  let detachable = false;
  eachPacket(input, index, (packet) => {
    if (packet.pts === last) detachable = (packet.flags & AV_PKT_FLAG_KEY) !== 0;
  });
  FFmpegError.throwIfError(input.seekFrameSync(index, 0n, 0 as never), 'rewind');
  return { input, index, width, height, fps, ticks, frames, extradata, detachable };
}

function close(input: FormatContext): null {
  input.closeInputSync();
  return null;
}

function areJoinable(one: Stage, two: Stage, durationMs: number): boolean {
  const alike = one.width === two.width && one.height === two.height && one.fps === two.fps && one.ticks === two.ticks;
  const coded = one.extradata !== null && two.extradata !== null && one.extradata.equals(two.extradata);
  return alike && coded && one.detachable && two.detachable && (one.frames + two.frames - 2) * 1000 === durationMs * one.fps;
}

function writeJoined(file: string, one: Stage, two: Stage): void {
  const output = new FormatContext();
  try {
    const stream = openMp4(output, file, one.fps, (par) => void one.input.streams[one.index]!.codecpar.copy(par));
    let offset = 0n;
    for (const { input, index, frames, ticks } of [one, two]) {
      const end = BigInt((frames - 1) * ticks);
      eachPacket(input, index, (packet) => {
        if (packet.pts >= end) return;
        packet.streamIndex = stream.index;
        packet.pts += offset;
        packet.dts += offset;
        packet.rescaleTs({ num: 1, den: one.fps * ticks }, stream.timeBase);
        packet.pos = -1n;
        FFmpegError.throwIfError(output.interleavedWriteFrameSync(packet), 'write');
      });
      offset += end;
    }
    FFmpegError.throwIfError(output.writeTrailerSync(), 'trailer');
    output.closeOutputSync();
  } finally {
    output.freeContext();
  }
}

function eachPacket(input: FormatContext, index: number, take: (packet: Packet) => void): void {
  const packet = new Packet();
  packet.alloc();
  try {
    while (input.readFrameSync(packet) >= 0) {
      if (packet.streamIndex === index) take(packet);
      packet.unref();
    }
  } finally {
    packet.free();
  }
}
