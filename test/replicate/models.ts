/** A part of JSON schema: what the published schemas of the models use. */
export interface InputField {
  type: 'string' | 'integer' | 'number' | 'boolean' | 'array';
  /** `uri`: a file, as http(s) or data URI. */
  format?: 'uri';
  enum?: readonly (string | number)[];
  minimum?: number;
  maximum?: number;
  default?: unknown;
}

export interface Model {
  name: string;
  /** 64 hex digits. */
  version: string;
  required: readonly string[];
  fields: Record<string, InputField>;
  /** `uri`: one video file; `text`: pieces of text in a list. */
  output: 'uri' | 'text';
  /** Frames and rate of the clip that an input asks for. */
  clip?(input: Record<string, unknown>): { frames: number; fps: number; audio: boolean };
}

const image: InputField = { type: 'string', format: 'uri' };
const flag = (value: boolean): InputField => ({ type: 'boolean', default: value });
const oneOf = (type: 'string' | 'integer', value: string | number, ...rest: (string | number)[]): InputField => ({
  type,
  enum: [value, ...rest],
  default: value,
});
const number = (input: Record<string, unknown>, name: string, usual: number) => (typeof input[name] === 'number' ? (input[name] as number) : usual);

// wan: its openapi_schema as public code generators copied it (version 4eaf2b01…, 2025).
const wan: Model = {
  name: 'wan-video/wan-2.2-i2v-fast',
  version: '4eaf2b01d3bf70d8a2e00b219efeb7cb415855ad18b7dacdc4cae664a73a6eea',
  required: ['image', 'prompt'],
  fields: {
    image,
    prompt: { type: 'string' },
    last_image: image,
    num_frames: { type: 'integer', minimum: 81, maximum: 121, default: 81 },
    resolution: oneOf('string', '480p', '720p'),
    frames_per_second: { type: 'integer', minimum: 5, maximum: 30, default: 16 },
    go_fast: flag(true),
    sample_shift: { type: 'number', minimum: 1, maximum: 20, default: 12 },
    interpolate_output: flag(false),
    disable_safety_checker: flag(false),
    seed: { type: 'integer' },
  },
  output: 'uri',
  clip: (input) => {
    const frames = number(input, 'num_frames', 81);
    const fps = number(input, 'frames_per_second', 16);
    if (input.interpolate_output !== true) return { frames, fps, audio: false };
    return { frames: Math.round((frames * 30) / fps), fps: 30, audio: false };
  },
};

// seedance: ByteDance's own documents for 1.0 lite (duration 2 to 12 s; 24 n + 1 frames) and the names Replicate uses.
const seedance: Model = {
  name: 'bytedance/seedance-1-lite',
  version: '78c9c4b0a7056c911b0483f58349b9931aff30d6465e7ab665e6c852949ce6d5',
  required: ['prompt'],
  fields: {
    prompt: { type: 'string' },
    image,
    last_frame_image: image,
    reference_images: { type: 'array' },
    duration: { type: 'integer', minimum: 2, maximum: 12, default: 5 },
    resolution: oneOf('string', '720p', '480p', '1080p'),
    aspect_ratio: oneOf('string', '16:9', '4:3', '1:1', '3:4', '9:16', '21:9', '9:21'),
    fps: oneOf('integer', 24),
    camera_fixed: flag(false),
    seed: { type: 'integer' },
  },
  output: 'uri',
  clip: (input) => ({ frames: number(input, 'duration', 5) * 24 + 1, fps: 24, audio: false }),
};

// p-video: Pruna's own documents and its model page.
const pVideo: Model = {
  name: 'prunaai/p-video',
  version: '68b33d8ba1189a1a997abf2c09edc5bbb90d6cfa239befbf9c903bcfee7f9a59',
  required: ['prompt'],
  fields: {
    prompt: { type: 'string' },
    image,
    last_frame_image: image,
    audio: { type: 'string', format: 'uri' },
    duration: { type: 'integer', minimum: 1, maximum: 20, default: 5 },
    resolution: oneOf('string', '720p', '1080p'),
    fps: oneOf('integer', 24, 48),
    aspect_ratio: oneOf('string', '16:9', '9:16', '4:3', '3:4', '3:2', '2:3', '1:1'),
    draft: flag(false),
    save_audio: flag(true),
    prompt_upsampling: flag(true),
    disable_safety_filter: flag(true),
    seed: { type: 'integer' },
  },
  output: 'uri',
  clip: (input) => {
    const fps = number(input, 'fps', 24);
    return { frames: number(input, 'duration', 5) * fps, fps, audio: input.save_audio !== false };
  },
};

// The published page of the version; of the small haiku only a version without images is published.
const sonnet: Model = {
  name: 'anthropic/claude-4-sonnet',
  version: '99e2cf4cf80396d98a55ea0a3a8c998a6e1423e6f57575025f8867683666c1ee',
  required: ['prompt'],
  fields: {
    prompt: { type: 'string' },
    image,
    system_prompt: { type: 'string', default: '' },
    max_tokens: { type: 'integer', minimum: 1024, maximum: 64_000, default: 8192 },
    max_image_resolution: { type: 'number', minimum: 0.001, maximum: 2, default: 0.5 },
    extended_thinking: flag(false),
    thinking_budget_tokens: { type: 'integer', minimum: 1024, maximum: 100_000, default: 10_000 },
  },
  output: 'text',
};

/** The models that exist. */
export const MODELS: readonly Model[] = [wan, seedance, pVideo, sonnet];

/** As `GET /v1/models/{owner}/{name}` shows a model's inputs. */
export function openApiSchema(model: Model) {
  const output = model.output === 'uri' ? { type: 'string', format: 'uri', title: 'Output' } : { type: 'array', items: { type: 'string' }, title: 'Output' };
  const properties = Object.fromEntries(Object.entries(model.fields).map(([name, field], at) => [name, { ...field, 'x-order': at }]));
  return { openapi: '3.0.2', components: { schemas: { Input: { type: 'object', title: 'Input', required: model.required, properties }, Output: output } } };
}
