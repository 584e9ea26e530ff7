import sharp from 'sharp';

/** A picture with edges and colours in it, so that motion shows. Another seed, another picture. */
export async function picture(width = 640, height = 360, seed = 1): Promise<Buffer> {
  const hue = (seed * 47) % 360;
  const hills = Array.from({ length: 9 }, (_, index) => {
    const x = ((index * 2 + seed) * width) / 17;
    return `<circle cx="${x % width}" cy="${height * (0.45 + (index % 3) * 0.2)}" r="${height / (5 + (index % 4))}" fill="hsl(${hue + index * 37} 60% ${30 + index * 6}%)"/>`;
  });
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">
    <rect width="100%" height="100%" fill="hsl(${hue} 40% 70%)"/>${hills.join('')}</svg>`;
  return sharp(Buffer.from(svg)).png().toBuffer();
}
