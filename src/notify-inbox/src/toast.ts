import type { InboxItem } from './api.js';
import { keyOf } from './list.js';

const YOUNG_MS = 60_000;
const CLAIM_MS = 5000;
const MAX_TAKEN = 1000;

/** Decides which tab shows a toast: the one that the user looks at, and each toast once. */
export interface Toasts {
  /** Shows an item that arrived live, unless another tab does. */
  offer(item: InboxItem): void;
  /** Another tab shows a toast. */
  taken(key: string): void;
}

/** Creates the toasts of a tab. */
export function shareToasts(show: (item: InboxItem) => void, tell: (key: string) => void): Toasts {
  const known = new Set<string>();
  // The least time between the clock of the server and that of this browser, which may be wrong.
  let skew = Infinity;

  const taken = (key: string) => {
    known.add(key);
    if (known.size > MAX_TAKEN) {
      known.delete(known.values().next().value!);
    }
  };
  return {
    offer(item) {
      const came = Date.now();
      const age = came - Date.parse(item.at);
      skew = Math.min(skew, age);
      if (item.read || item.meta?.priority === 'low' || item.meta?.silent || age - skew > YOUNG_MS) {
        return;
      }
      const key = keyOf(item);
      const claim = () => {
        // A tab that the browser had frozen comes too late.
        if (!known.has(key) && Date.now() - came < YOUNG_MS) {
          taken(key);
          tell(key);
          show(item);
        }
      };
      const locks = globalThis.navigator?.locks;
      setTimeout(() => void (locks
        ? locks.request(`notify:toast:${key}`, { ifAvailable: true }, async (lock) => {
          if (lock) {
            claim();
            // Longer than another tab could hesitate.
            await new Promise((resolve) => setTimeout(resolve, CLAIM_MS));
          }
        })
        : claim()), hesitation());
    },
    taken,
  };
}

const hesitation = (): number =>
  !globalThis.document || document.hasFocus() ? 0 : document.hidden ? 150 : 50;
