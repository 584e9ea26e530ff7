import { readFile, writeFile } from 'node:fs/promises';
import { Codec, CodecContext, FFmpegError, FormatContext, Frame, Packet, Rational, type Stream } from 'node-av/lib';
import { AV_CHANNEL_LAYOUT_MONO, AV_CODEC_FLAG_GLOBAL_HEADER, AV_CODEC_ID_AAC, AV_SAMPLE_FMT_FLTP, AVERROR_EAGAIN, AVERROR_EOF } from 'node-av/constants';
import { withTempFile } from '@/lib/render/temp-file';

const RATE = 44_100;
const SAMPLES = 1024;

/** The same clip with an AAC track beside its picture (a soft tone): some models give one without being asked. */
export async function addSound(mp4: Uint8Array, seconds: number): Promise<Uint8Array> {
  return withTempFile('silent.mp4', async (file) => {
    await writeFile(file, mp4);
    const target = `${file}.sound.mp4`;
    const input = new FormatContext();
    const output = new FormatContext();
    const encoder = openAac();
    const packet = new Packet();
    packet.alloc();
    try {
      FFmpegError.throwIfError(input.openInputSync(file), 'open');
      FFmpegError.throwIfError(input.findStreamInfoSync(), 'probe');
      FFmpegError.throwIfError(output.allocOutputContext2(null, 'mp4', target), 'mp4');
      const source = input.streams[0]!;
      const video = output.newStream(null);
      source.codecpar.copy(video.codecpar);
      video.timeBase = source.timeBase;
      const audio = output.newStream(null);
      audio.codecpar.fromContext(encoder);
      audio.timeBase = new Rational(1, RATE);
      FFmpegError.throwIfError(output.openOutputSync(), 'open output');
      FFmpegError.throwIfError(output.writeHeaderSync(), 'header');
      while (input.readFrameSync(packet) >= 0) write(output, packet, source.timeBase, video);
      writeTone(output, encoder, packet, audio, seconds);
      FFmpegError.throwIfError(output.writeTrailerSync(), 'trailer');
      output.closeOutputSync();
      return new Uint8Array(await readFile(target));
    } finally {
      packet.free();
      encoder.freeContext();
      output.freeContext();
      input.closeInputSync();
    }
  });
}

function openAac(): CodecContext {
  const codec = Codec.findEncoder(AV_CODEC_ID_AAC);
  if (!codec) throw new Error('the AAC encoder is missing from node-av');
  const context = new CodecContext();
  context.allocContext3(codec);
  context.sampleFormat = AV_SAMPLE_FMT_FLTP;
  context.sampleRate = RATE;
  context.channelLayout = AV_CHANNEL_LAYOUT_MONO;
  context.timeBase = new Rational(1, RATE);
  context.bitRate = 32_000n;
  context.setFlags(AV_CODEC_FLAG_GLOBAL_HEADER);
  FFmpegError.throwIfError(context.open2Sync(codec, null), 'open AAC');
  return context;
}

function write(output: FormatContext, packet: Packet, from: { num: number; den: number }, to: Stream): void {
  packet.streamIndex = to.index;
  packet.rescaleTs(from, to.timeBase);
  FFmpegError.throwIfError(output.interleavedWriteFrameSync(packet), 'write');
  packet.unref();
}

function writeTone(output: FormatContext, encoder: CodecContext, packet: Packet, stream: Stream, seconds: number): void {
  const drain = () => {
    for (;;) {
      const got = encoder.receivePacketSync(packet);
      if (got === AVERROR_EAGAIN || got === AVERROR_EOF) return;
      FFmpegError.throwIfError(got, 'encode');
      write(output, packet, { num: 1, den: RATE }, stream);
    }
  };
  for (let at = 0; at < Math.round(seconds * RATE); at += SAMPLES) {
    const samples = Float32Array.from({ length: SAMPLES }, (_, i) => 0.05 * Math.sin((2 * Math.PI * 440 * (at + i)) / RATE));
    const frame = Frame.fromAudioBuffer(Buffer.from(samples.buffer), {
      nbSamples: SAMPLES,
      format: AV_SAMPLE_FMT_FLTP,
      sampleRate: RATE,
      channelLayout: AV_CHANNEL_LAYOUT_MONO,
      timeBase: { num: 1, den: RATE },
      pts: BigInt(at),
    });
    FFmpegError.throwIfError(encoder.sendFrameSync(frame), 'encode');
    frame.free();
    drain();
  }
  FFmpegError.throwIfError(encoder.sendFrameSync(null), 'flush');
  drain();
}
