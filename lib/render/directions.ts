/** What a prompt asks of the camera. Everything it doesn't mention is left to the seed. */
export interface Directions {
  /** Where the camera turns: x -1 left, 1 right; y -1 up, 1 down. */
  pan?: { x: -1 | 0 | 1; y: -1 | 0 | 1 };
  zoom?: 'in' | 'out';
  /** The camera circles its subject; a side when one was named. */
  orbit?: 'left' | 'right' | 'any';
  /** Which way the picture turns on screen. */
  roll?: 'clockwise' | 'anticlockwise';
  handheld: boolean;
  /** Asked to hold (almost) still. */
  still: boolean;
  /** 1 is normal; below is slower and shorter. */
  pace: number;
}

const NEGATED = /\b(?:no|not|without|avoid|never|don'?t|do not|zero)\s+(?:any\s+|the\s+)?(?:\w+\s+){0,1}$/;

const CAMERA = '(?:pan|panning|pans|drift|drifts|drifting|slide|slides|sliding|truck|trucking|move|moves|moving|glide|glides|gliding|track|tracking|dolly|travel|travels|sweep|sweeps|sweeping|float|floats|floating|shift|shifts|turn|turns|turning|look|looks|looking|swing|swings)';
const BETWEEN = "(?:\\s+(?:slowly|gently|slightly|softly|smoothly|quickly|fast|to|the|towards?|its|it|camera|a|little|bit|across|over|from))*";

const PAN: [RegExp, -1 | 0 | 1, -1 | 0 | 1][] = [
  [new RegExp(`\\b${CAMERA}${BETWEEN}\\s+(?:right\\s+to\\s+left|left(?!\\s+to\\s+right)|leftwards?)\\b`), -1, 0],
  [new RegExp(`\\b${CAMERA}${BETWEEN}\\s+(?:left\\s+to\\s+right|right(?!\\s+to\\s+left)|rightwards?)\\b`), 1, 0],
  [/\b(?:left|leftward)\s+(?:pan|drift|slide|truck|glide|sweep)\b/, -1, 0],
  [/\b(?:right|rightward)\s+(?:pan|drift|slide|truck|glide|sweep)\b/, 1, 0],
  [new RegExp(`\\b(?:tilt|tilts|tilting|crane|cranes|craning|boom|pedestal|rise|rises|rising|jib|${CAMERA.slice(3, -1)})${BETWEEN}\\s+(?:up|upwards?)\\b`), 0, -1],
  [new RegExp(`\\b(?:tilt|tilts|tilting|crane|cranes|craning|boom|pedestal|lower|lowers|sink|jib|${CAMERA.slice(3, -1)})${BETWEEN}\\s+(?:down|downwards?)\\b`), 0, 1],
  [/\b(?:upward|crane[- ]up|rising)\s+(?:tilt|drift|pan|move|camera|shot)\b/, 0, -1],
  [/\b(?:downward|crane[- ]down|descending)\s+(?:tilt|drift|pan|move|camera|shot)\b/, 0, 1],
];
const ZOOM_IN = /\b(?:zoom(?:s|ing)?|push(?:es|ing)?|dolly(?:ing)?|dollies|mov(?:e|es|ing)|track(?:s|ing)?|creep(?:s|ing)?|fly|flies|drift(?:s|ing)?|ease(?:s)?)[- ](?:slowly |gently |slightly |softly |smoothly |quickly )?(?:in\b|into\b|inwards?\b|closer\b|forwards?\b|towards?\b)|\bpush[- ]in\b|\bclose(?:s)? in\b|\bslow zoom\b(?! out)|\bdolly forward\b/;
const ZOOM_OUT = /\b(?:zoom(?:s|ing)?|pull(?:s|ing)?|dolly(?:ing)?|dollies|mov(?:e|es|ing)|track(?:s|ing)?|drift(?:s|ing)?|ease(?:s)?)[- ](?:slowly |gently |slightly |softly |smoothly |quickly )?(?:out\b|outwards?\b|back(?:wards?)?\b|away\b)|\bpull[- ]?(?:out|back)\b|\breveal(?:s|ing)? the (?:whole|full|entire|wide)/;
const ORBIT = /\b(?:orbit(?:s|ing)?|arc(?:s|ing)? (?:around|left|right|to)|circl(?:es|ing)|circle around|around the subject|parallax)\b/;
const ROLL = /\b(?:rotat(?:e|es|ing|ion)|roll(?:s|ing)?|spin(?:s|ning)?|twist(?:s|ing)?|dutch)\b/;
const COUNTER = /\b(?:counter[- ]?clockwise|anti[- ]?clockwise|(?:rotate|roll|spin|twist)\w*\s+(?:to the\s+)?left)\b/;
const SLOW = /\b(?:slow(?:ly)?|gentl[ey]|calm(?:ly)?|serene|soft(?:ly)?|unhurried|leisurely|delicate(?:ly)?)\b/;
const FAST = /\b(?:fast|quick(?:ly)?|rapid(?:ly)?|dynamic|energetic|bold(?:ly)?|dramatic(?:ally)?|whip|swift(?:ly)?|sweeping)\b/;
const HANDHELD = /\b(?:hand[- ]?held|shak(?:y|ing)|documentary camera)\b/;
const STILL = /\b(?:hold(?:s|ing)? (?:almost |very |nearly |perfectly )?still|static (?:camera|shot|frame)|still (?:camera|shot|frame)|locked[- ](?:off|down|camera)|(?:camera|stay|stays|keep|remain|remains|almost|nearly) (?:\w+ )?(?:still|fixed|static|locked)|(?:no|without(?: any)?) (?:camera )?(?:motion|movement))\b|^\s*(?:still|static)\s*$/;

function asks(text: string, pattern: RegExp): boolean {
  for (const match of text.matchAll(new RegExp(pattern.source, 'g'))) {
    if (!NEGATED.test(text.slice(0, match.index))) return true;
  }
  return false;
}

/**
 * Reads camera words out of a prompt: pan, tilt, drift, zoom, push in, pull back, dolly, orbit, rotate, handheld,
 * still, slow, fast. Directions are the camera's ("pan left" moves the picture
 * to the right), except turns, which people mean as they see them. Words after a negation
 * ("no zoom") don't count.
 */
export function parseDirections(prompt: string): Directions {
  const text = ` ${prompt.toLowerCase().replace(/[\u2018\u2019]/g, "'").replace(/[^a-z0-9' \-]+/g, ' , ').replace(/\s+/g, ' ')} `;
  const found: Directions = { handheld: asks(text, HANDHELD), still: STILL.test(text), pace: 1 };

  let x: -1 | 0 | 1 = 0;
  let y: -1 | 0 | 1 = 0;
  for (const [pattern, dx, dy] of PAN) {
    if (!asks(text, pattern)) continue;
    x = x || dx;
    y = y || dy;
  }
  const orbit = asks(text, ORBIT);
  if (orbit) {
    const side = /\b(?:orbit|arc|circl|revolv)\w*\s+(?:\w+\s+){0,4}?(left|right)\b|\b(left|right)\w*\s+(?:orbit|arc)\b/.exec(text);
    found.orbit = ((side?.[1] ?? side?.[2]) as 'left' | 'right' | undefined) ?? 'any';
  }
  if (x || y) found.pan = { x, y };
  if (asks(text, ZOOM_OUT)) found.zoom = 'out';
  else if (asks(text, ZOOM_IN)) found.zoom = 'in';
  if (asks(text, ROLL)) found.roll = COUNTER.test(text) ? 'anticlockwise' : 'clockwise';

  if (asks(text, FAST)) found.pace = 1.35;
  else if (asks(text, SLOW)) found.pace = 0.7;
  return found;
}
