import { randomBytes } from 'node:crypto';

const BASE32 = '0123456789abcdefghjkmnpqrstvwxyz';
const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

const draw = (letters: string, length: number) => Array.from(randomBytes(length), (byte) => letters[byte % letters.length]).join('');

/** As predictions and files have them: 26 letters of base 32. */
export const resourceId = () => draw(BASE32, 26);
/** As the service behind the webhooks makes them. */
export const messageId = () => `msg_${draw(BASE62, 27)}`;
/** A part of an output's path; nobody guesses it. */
export const deliveryId = () => draw(BASE62, 49);
