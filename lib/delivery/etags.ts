/** The strong ETag of a generation's clip: it names the generation. */
export const clipEtag = (generationEtag: string): string => `"${generationEtag}"`;

/** The strong ETag of its poster. */
export const posterEtag = (generationEtag: string): string => `"${generationEtag}-poster"`;
