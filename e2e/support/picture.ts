import sharp from 'sharp';

/**
 * A picture with edges and colours in it, so that motion shows. Another seed, another picture. Drawn by hand: the
 * product's image library, where a test has loaded it, takes no SVG.
 */
export async function picture(width = 640, height = 360, seed = 1): Promise<Buffer> {
  const hue = (seed * 47) % 360;
  const sky = rgb(hue, 0.4, 0.7);
  const hills = Array.from({ length: 9 }, (_, index) => ({
    x: (((index * 2 + seed) * width) / 17) % width,
    y: height * (0.45 + (index % 3) * 0.2),
    radius: height / (5 + (index % 4)),
    colour: rgb(hue + index * 37, 0.6, (30 + index * 6) / 100),
  }));
  const pixels = Buffer.alloc(width * height * 3);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const hill = hills.findLast((it) => Math.hypot(x - it.x, y - it.y) <= it.radius);
      pixels.set(hill?.colour ?? sky, (y * width + x) * 3);
    }
  }
  return sharp(pixels, { raw: { width, height, channels: 3 } }).png().toBuffer();
}

/** CSS Color 4, section 7.1: HSL to sRGB, here as bytes. */
function rgb(hue: number, saturation: number, lightness: number): [number, number, number] {
  const channel = (n: number) => {
    const k = (n + hue / 30) % 12;
    return Math.round(255 * (lightness - saturation * Math.min(lightness, 1 - lightness) * Math.max(-1, Math.min(k - 3, 9 - k, 1))));
  };
  return [channel(0), channel(8), channel(4)];
}
