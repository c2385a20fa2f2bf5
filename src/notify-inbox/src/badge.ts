let prefix = '';
let observer: MutationObserver | undefined;

const hasPrefix = () => document.title.startsWith(prefix);

/** Puts a number before the title of the page, `(3) Inbox`, also when the page changes its title. An empty text removes it. */
export function badgeTitle(number: string): void {
  const title = hasPrefix() ? document.title.slice(prefix.length) : document.title;
  const before = prefix;
  prefix = number && `(${number})`;
  if (prefix !== before) document.title = `${prefix} ${title}`;
  if (observer) return;
  observer = new MutationObserver(() => hasPrefix() || (document.title = `${prefix} ${document.title}`));
  observer.observe(document.head, { childList: true, subtree: true, characterData: true });
}

/** Puts the number on the icon of an installed page, where the browser can. */
export function badgeApp(number: number): void {
  navigator.setAppBadge?.(number).catch(() => {
    // The page is not installed, or the user does not want it.
  });
}
