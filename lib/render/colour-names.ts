/** Hue in degrees 0..360, saturation and lightness 0..1. */
export function rgbToHsl(r: number, g: number, b: number): { h: number; s: number; l: number } {
  const max = Math.max(r, g, b) / 255;
  const min = Math.min(r, g, b) / 255;
  const l = (max + min) / 2;
  const span = max - min;
  if (span < 1e-6) return { h: 0, s: 0, l };
  const s = span / (1 - Math.abs(2 * l - 1));
  const [red, green, blue] = [r / 255, g / 255, b / 255];
  const sector = max === red ? ((green - blue) / span + 6) % 6 : max === green ? (blue - red) / span + 2 : (red - green) / span + 4;
  return { h: sector * 60, s: Math.min(1, s), l };
}

const HUES: [number, string][] = [
  [14, 'red'], [40, 'orange'], [52, 'amber'], [66, 'yellow'], [92, 'lime'], [150, 'green'], [178, 'teal'],
  [200, 'cyan'], [250, 'blue'], [268, 'indigo'], [292, 'violet'], [325, 'magenta'], [346, 'rose'], [361, 'red'],
];

/** A plain English name for an sRGB colour (0..255), such as "deep teal", "soft grey" or "warm brown". */
export function colourName(r: number, g: number, b: number): string {
  const { h, s, l } = rgbToHsl(r, g, b);
  const chroma = (Math.max(r, g, b) - Math.min(r, g, b)) / 255;
  if (l < 0.08) return 'black';
  if (l > 0.94 && chroma < 0.12) return 'white';
  if (chroma < 0.075) return l > 0.75 ? 'pale grey' : l > 0.4 ? 'soft grey' : 'charcoal';
  if (h >= 12 && h < 48 && l < 0.45 && s < 0.75) return l < 0.22 ? 'dark brown' : 'warm brown';
  if (h >= 18 && h < 60 && l > 0.72 && s < 0.75) return 'cream';
  const hue = HUES.find(([limit]) => h < limit)![1];
  const tone = l < 0.25 ? 'deep ' : l < 0.4 ? 'dark ' : l > 0.78 ? 'pale ' : s < 0.35 ? 'muted ' : s > 0.8 && l < 0.65 ? 'vivid ' : '';
  return tone + hue;
}
