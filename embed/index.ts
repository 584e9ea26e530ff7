// What `/embed.js` is: the custom element, defined once, also on a page that loads the script twice.
import { MotionessClip } from './clip-element';

if (!customElements.get('motioness-clip')) customElements.define('motioness-clip', MotionessClip);
