/**
 * Tells when a viewer turns to an element and when away: hovers over it, has it or the link around it in keyboard focus,
 * or taps it (and taps again). Listens until `signal` aborts.
 * @returns whether somebody is turned to it now, also since before anybody listened
 */
export function watchEngagement(element: HTMLElement, control: HTMLElement, signal: AbortSignal, tell: (engaged: boolean) => void): () => boolean {
  // In a link the whole of it is what people point at; whatever else takes the focus may be the whole page.
  const around = element.closest<HTMLElement>('a,button,[role=link],[role=button]') ?? element;
  let hovered = false;
  let focused = false;
  let tapped = false;
  let engaged = false;
  const isFocused = () => around.matches(':focus-visible') || control.matches(':focus-visible');
  const on = <K extends keyof HTMLElementEventMap>(name: K, note: (event: HTMLElementEventMap[K]) => void) =>
    around.addEventListener(
      name,
      (event) => {
        note(event);
        const now = hovered || focused || tapped;
        if (now !== engaged) tell((engaged = now));
      },
      { signal },
    );
  // A finger "enters" too, but also only to scroll.
  on('pointerenter', ({ pointerType }) => void (hovered = pointerType !== 'touch'));
  on('pointerleave', () => void (hovered = false));
  on('focusin', () => void (focused = isFocused()));
  on('focusout', () => void (focused = false));
  on('pointerup', (event) => {
    if (event.pointerType === 'touch' && event.composedPath()[0] !== control) tapped = !tapped;
  });
  return () => {
    // Where fingers are all there is, what was touched last is "hovered" for as long as nothing else is touched.
    hovered ||= around.matches(':hover') && matchMedia('(hover:hover)').matches;
    focused ||= isFocused();
    return (engaged = hovered || focused || tapped);
  };
}
