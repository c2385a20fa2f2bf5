import { setTimeout as delay } from 'node:timers/promises';

/** Waits until a condition holds. It is for `within`, and ends some time after that has failed, so that the process can. */
export async function until(condition) {
  for (const began = performance.now(); !condition() && performance.now() - began < 300_000;) {
    await delay(10);
  }
}

/** Waits for a promise, for so long at most; then fails and says what it waited for. */
export async function within(milliseconds, what, promise, detail = () => '') {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not within ${milliseconds} ms: ${what}\n${detail()}`)), milliseconds);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
