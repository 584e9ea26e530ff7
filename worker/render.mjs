// The render worker's entry. Plain JavaScript, because Node starts it; the product's TypeScript is loaded through tsx.
import { register } from 'tsx/esm/api';

register();
await import(new URL('../lib/render/worker-main.ts', import.meta.url).href);
