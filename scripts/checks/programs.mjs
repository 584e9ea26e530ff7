import { access } from 'node:fs/promises';
import path from 'node:path';

/** The PATH with the folders where systems keep servers, which an ordinary account's has not. */
export const withSbin = () => [process.env.PATH ?? '', '/usr/sbin', '/usr/local/sbin'].join(path.delimiter);

/** @param {string[]} programs @returns {Promise<string[]>} those that are not there */
export async function missingFrom(programs) {
  const folders = withSbin().split(path.delimiter);
  /** @param {string} name */
  const found = async (name) => (await Promise.allSettled(folders.map((folder) => access(path.join(folder, name))))).some(({ status }) => status === 'fulfilled');
  const there = await Promise.all(programs.map(found));
  return programs.filter((_, i) => !there[i]);
}
