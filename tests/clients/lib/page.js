import { WebSocket } from 'ws';
import { importModules } from './modules.js';
import { within } from './within.js';

// A browser has it; this version of Node does not.
globalThis.WebSocket ??= WebSocket;

const core = importModules('core');

/** A page with an inbox, as a user's code sees it. Without IndexedDB and Web Locks it is alone. */
export class Page {
  heard = { notification: [], toast: [], status: [], error: [] };

  /** Connects a page, which closes with the test. */
  static async open(t, options) {
    const page = new Page();
    const { connect } = await core;
    page.inbox = connect(options);
    for (const [event, list] of Object.entries(page.heard)) {
      page.inbox.on(event, value => list.push(value));
    }
    t.after(() => page.inbox.close());
    return page;
  }

  get snapshot() {
    return this.inbox.getSnapshot();
  }

  /** What the list shows: the data of its items. */
  get list() {
    return this.snapshot.items.map(({ data }) => data);
  }

  /** Waits until the page is as expected. */
  shows(what, condition, milliseconds = 60_000) {
    let ends = [];
    const met = new Promise(resolve => {
      const look = () => condition(this.snapshot) && resolve();
      ends = ['change', 'error', 'notification', 'toast'].map(event => this.inbox.on(event, () => setImmediate(look)));
      look();
    }).finally(() => ends.forEach(end => end()));
    return within(milliseconds, what, met, () => JSON.stringify({ ...this.snapshot, list: this.list, items: undefined, heard: this.heard }));
  }

  /** Waits until the page is live and has its list. */
  live() {
    return this.shows('the page is live', ({ status, total, items }) => status === 'live' && (items.length > 0 || total === 0));
  }
}
