export const ACCEPTED = 'image/png,image/jpeg,image/webp';
const MAX_BYTES = 10 * 1024 * 1024;

/** What is wrong with a file before it is sent, in words; the server looks at its content as well. */
export function checkFile(file: File): string | null {
  if (!ACCEPTED.split(',').includes(file.type)) return `${file.name} is not a PNG, JPEG or WebP image.`;
  if (file.size > MAX_BYTES) return `${file.name} is ${(file.size / 1024 / 1024).toFixed(1)} MB; 10 MB is the most.`;
  return null;
}

/** The http(s) address that a text is, or null. */
export function readUrl(text: string): string | null {
  const trimmed = text.trim();
  return /^https?:\/\/\S+$/i.test(trimmed) && URL.canParse(trimmed) ? trimmed : null;
}
