import type { PendingMark } from './marks.js';
import type { State } from './state.js';

const VERSION = 1;
const STORE = 'inbox';
const MAX_ITEMS = 100;
const SAVE_MS = 250;

/** What a browser keeps of an inbox. */
export interface Kept {
  readonly state?: State | undefined;
  readonly marks?: readonly PendingMark[] | undefined;
}

/** Keeps an inbox in IndexedDB, or nothing where that does not work. Only the tab with the connection uses it. */
export interface Cache {
  /** Reads what is kept. */
  open(): Promise<Kept>;
  /** Saves the state soon. */
  save(state: State): void;
  /** Saves the marks that are not confirmed, and the items that they are for, at once: a reload must not lose them. */
  saveMarks(marks: readonly PendingMark[]): void;
  /** Saves the state at once. */
  flush(): void;
  close(): void;
  /** Removes everything. */
  remove(): Promise<void>;
}

/** Creates a cache. Without a name it keeps nothing. */
export function createCache(name: string): Cache {
  let database: IDBDatabase | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let unsaved: State | undefined;

  const put = (key: string, value: unknown) => {
    try {
      const transaction = database?.transaction(STORE, 'readwrite');
      transaction?.objectStore(STORE).put(value, key);
      // Without waiting for the answer, which a page that goes away does not hear.
      transaction?.commit();
    } catch {
      // The disk is full, or the database is gone. The page works without it.
    }
  };
  const flush = () => {
    clearTimeout(timer);
    timer = undefined;
    if (unsaved) {
      const { items, next } = unsaved;
      // A list that is cut continues from its start: the cursor was that of its end.
      put('state', { ...unsaved, marks: [], items: items.slice(0, MAX_ITEMS), next: items.length > MAX_ITEMS ? '' : next });
      unsaved = undefined;
    }
  };
  const close = () => {
    flush();
    database?.close();
    database = undefined;
  };

  return {
    async open() {
      try {
        if (!name) {
          return {};
        }
        const opening = indexedDB.open(name, VERSION);
        opening.onupgradeneeded = () => opening.result.createObjectStore(STORE);
        database = await done(opening);
        // Another tab removes the database.
        database.onversionchange = close;
        const store = database.transaction(STORE).objectStore(STORE);
        const [state, marks] = await Promise.all([done(store.get('state')), done(store.get('marks'))]);
        return { state, marks };
      } catch {
        return {};
      }
    },
    save(state) {
      if (database) {
        unsaved = state;
        timer ??= setTimeout(flush, SAVE_MS);
      }
    },
    saveMarks(marks) {
      flush();
      put('marks', marks.filter(({ confirmed }) => !confirmed));
    },
    flush,
    close,
    async remove() {
      unsaved = undefined;
      close();
      try {
        await done(indexedDB.deleteDatabase(name));
      } catch {
        // There is none.
      }
    },
  };
}

const done = <T>(request: IDBRequest<T>): Promise<T> => new Promise((resolve, reject) => {
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});
