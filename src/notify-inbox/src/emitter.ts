import type { InboxEvents } from './api.js';

/** Calls the listeners of a page. */
export interface Emitter {
  /** Adds a listener, and returns a function that removes it. */
  on<K extends keyof InboxEvents>(event: K, listener: (value: InboxEvents[K]) => void): () => void;
  /** Calls the listeners of an event. An error in one of them is reported, and the others are still called. */
  emit<K extends keyof InboxEvents>(event: K, value: InboxEvents[K]): void;
}

/** Creates an emitter without listeners. */
export function createEmitter(): Emitter {
  // The same function may be given twice, and is then called twice.
  const listeners = new Set<{ readonly event: string; readonly listener: (value: never) => void }>();
  return {
    on(event, listener) {
      const entry = { event, listener };
      listeners.add(entry);
      return () => void listeners.delete(entry);
    },
    emit(event, value) {
      for (const entry of listeners) {
        if (entry.event === event) {
          try {
            entry.listener(value as never);
          } catch (error) {
            setTimeout(() => { throw error; });
          }
        }
      }
    },
  };
}
