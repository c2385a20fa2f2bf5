import { errorOf, faultOf } from './fault.js';
import type { Marked } from './http.js';
import type { Mark } from './marks.js';
import type { StateUser } from './state.js';

// Marks that come within this time are one message.
const TOGETHER_MS = 300;
const AGAIN_MS = 2000;

// So many marks are at most 16 kB, which the server takes as one message.
const MAX_MARKS = 50;

// After these errors the same marks can succeed later: unavailable, network, unauthorized, and all that are about tokens. After others they
// never will.
const LATER = /available|network|authorized|token|blocked/;

/** The own marks, which are sent one message after the other, until the server has confirmed or refused each of them. */
export interface MarkQueue {
  /** Sends soon: there are marks, or a connection. */
  wake(delay?: number): void;
  /** Sends at once, for a page that may go away. */
  flush(): void;
}

/** Creates the queue of a connection, with which `post` marks items, all or none. */
export function queueMarks(user: StateUser, canSend: () => boolean, post: (marks: readonly Mark[]) => Promise<Marked>): MarkQueue {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isSending = false;
  // So many marks are sent one by one, because one of them was refused.
  let alone = 0;

  const send = async () => {
    for (;;) {
      const batch = user.state.marks.filter(({ confirmed }) => !confirmed).slice(0, alone > 0 ? 1 : MAX_MARKS);
      if (batch.length === 0 || !canSend()) {
        return;
      }
      const keys = batch.map(({ key }) => key);
      try {
        const { epoch, rev } = await post(batch.map(({ mark }) => mark));
        user.change({ type: 'marked', keys, epoch, rev });
      } catch (reason) {
        if (LATER.test(faultOf(reason).code)) {
          wake(AGAIN_MS);
          return;
        }
        if (batch.length > 1) {
          // All of them were refused because of one.
          alone = batch.length;
          continue;
        }
        user.change({ type: 'dropped', keys });
        user.change(errorOf(reason));
      }
      alone = Math.max(0, alone - 1);
    }
  };
  const flush = () => {
    clearTimeout(timer);
    timer = undefined;
    if (!isSending && canSend()) {
      isSending = true;
      void send().finally(() => (isSending = false));
    }
  };
  const wake = (delay = TOGETHER_MS) => {
    timer ??= setTimeout(flush, delay);
  };
  return { wake, flush };
}
