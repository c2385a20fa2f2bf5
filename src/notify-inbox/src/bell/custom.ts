import type { InboxItem } from '../api.js';
import { el } from './dom.js';

/** Renders an item in place of the bell. For null, the bell renders it. */
export type Renderer = (item: InboxItem) => Node | string | null;

/** The items that the page renders. */
export type CustomItems = ReturnType<typeof createCustom>;

/** Puts what the page renders into the page, and not into the shadow tree, so that the page's styles are for it. */
export function createCustom(host: HTMLElement, renderer: () => Renderer | null) {
  const nodes = new Map<string, HTMLElement>();
  return {
    /** Has the page render an item into the slot `key`. Returns its text, or null for the usual content. */
    add(item: InboxItem, key: string): string | null {
      const content = renderer()?.(item) ?? null;
      if (content === null) return null;
      const node = el('div', '', { slot: key }, content);
      nodes.set(key, node);
      host.append(node);
      return node.textContent ?? '';
    },
    remove(key: string): void {
      nodes.get(key)?.remove();
      nodes.delete(key);
    },
  };
}
