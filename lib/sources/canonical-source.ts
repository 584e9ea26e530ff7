/**
 * A source as the database keeps it: `https://host/path?query` (WHATWG-normalised, no fragment, no user info, default port
 * dropped; `http://…` likewise) or `upload:usr_…/file.ext` for a file of our own, which knows no host and so survives a move.
 */
export type CanonicalSource = string;

export const UPLOAD = 'upload:';

/** `usr_…/file.ext`: what stands after `/uploads/` in a URL and after `upload:` in a source. */
export const UPLOAD_KEY = /^usr_[A-Za-z0-9_-]{1,64}\/[A-Za-z0-9_-]{1,64}\.[a-z0-9]{2,5}$/;

/** Characters of a source URL (reference 5). */
export const MAX_SOURCE_CHARS = 2048;
/** Characters of the source part of an embed path (reference 5). */
export const MAX_EMBED_CHARS = 4096;

export const isUpload = (src: CanonicalSource): boolean => src.startsWith(UPLOAD);

/** The upload's key, `usr_…/file.ext`. */
export const uploadKeyOf = (src: CanonicalSource): string => src.slice(UPLOAD.length);

/** Whose upload it is. */
export const uploadOwnerOf = (src: CanonicalSource): string => uploadKeyOf(src).split('/')[0]!;

/** Where an upload's bytes are kept, by its key. */
export const uploadObject = (key: string): string => `uploads/${key}`;
