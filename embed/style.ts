// Laid out like an <img>, so that nothing moves when the element takes the place of the one inside it.
const CSS = `
:host{display:inline-block;position:relative;max-width:100%;overflow:hidden}
:host([hidden]){display:none}
img,::slotted(img){display:block;width:100%;height:auto}
video,canvas{position:absolute;inset:0;width:100%;height:100%;object-fit:cover;pointer-events:none}
video{opacity:0}
video.on{opacity:1}
button{position:absolute;right:8px;bottom:8px;z-index:1;box-sizing:border-box;width:36px;height:36px;padding:0;border:0;border-radius:50%;background:#000a;color:#fff;cursor:pointer;opacity:.75;transition:opacity .15s}
button[hidden]{display:none}
:host(:hover) button,button:focus-visible{opacity:1}
button:focus-visible{outline:2px solid #fff;outline-offset:1px;box-shadow:0 0 0 5px #000}
button::before{content:"";display:block;width:12px;height:14px;margin:auto;background:currentColor;clip-path:polygon(10% 0,100% 50%,10% 100%)}
button.on::before{clip-path:polygon(0 0,35% 0,35% 100%,0 100%,0 0,65% 0,100% 0,100% 100%,65% 100%,65% 0)}
@media (forced-colors:active){button{border:1px solid;forced-color-adjust:none}}
`;

/**
 * Styles a shadow root by a sheet of its own: a page's Content-Security-Policy has no say over constructed sheets, so
 * it needs no 'unsafe-inline'. Browsers without them get a <style>.
 * @returns replaces the text of that sheet
 */
export function adopt(root: ShadowRoot): (text: string) => void {
  try {
    const own = new CSSStyleSheet();
    root.adoptedStyleSheets = [common(), own];
    return (text) => own.replaceSync(text);
  } catch {
    const style = root.appendChild(document.createElement('style'));
    style.textContent = CSS;
    return (text) => void (style.textContent = CSS + text);
  }
}

let shared: CSSStyleSheet | undefined;

function common(): CSSStyleSheet {
  if (!shared) (shared = new CSSStyleSheet()).replaceSync(CSS);
  return shared;
}

/**
 * The room that `width` and `height` ask for, held before anything is loaded. The page's own rules for the element go
 * before these.
 */
export function roomFor(width: number, height: number): string {
  return `:host{${width > 0 ? `width:${width}px;` : ''}${width > 0 && height > 0 ? `aspect-ratio:${width}/${height}` : ''}}`;
}
