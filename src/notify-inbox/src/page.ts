/**
 * Watches the page. Returns a function that ends it.
 * @param suspend The browser stops the page, which must not keep the other tabs waiting.
 * @param resume The page goes on.
 * @param hide Nobody looks at the page, which may go away.
 * @param show Somebody looks at the page, or the network may be back.
 */
export function watchPage(suspend: () => void, resume: () => void, hide: () => void, show: () => void): () => void {
  const abort = new AbortController();
  const on = (target: EventTarget, event: string, listener: () => void) => target.addEventListener(event, listener, abort);
  const page = globalThis.document;
  if (page) {
    on(page, 'visibilitychange', () => page.hidden ? hide() : show());
    on(page, 'freeze', suspend);
    on(page, 'resume', resume);
    on(window, 'pagehide', suspend);
    on(window, 'pageshow', resume);
    on(window, 'online', show);
    on(window, 'offline', show);
  }
  return () => abort.abort();
}
