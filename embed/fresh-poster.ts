/**
 * Paints the picture that a URL has now. An <img> can't be made to show it: a browser that has shown the URL on this page
 * takes what it remembers, whatever its validators and fragment, and another URL would be another entry at the edge.
 * @returns whether there was a picture
 */
export async function paintFresh(canvas: HTMLCanvasElement, url: string): Promise<boolean> {
  try {
    const answer = await fetch(url, { cache: 'no-cache', credentials: 'omit' });
    const picture = await createImageBitmap(await answer.blob());
    canvas.width = picture.width;
    canvas.height = picture.height;
    canvas.getContext('2d')!.drawImage(picture, 0, 0);
    return true;
  } catch {
    return false;
  }
}
