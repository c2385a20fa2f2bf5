import assert from 'node:assert/strict';
import { api } from './tokens.js';

const KINDS = ['seen', 'read', 'unread', 'archived', 'unarchived', 'clicked', 'deleted'];

// An inbox has 200 items. What is marked here stays in it.
const MOST = 150;

// A third of the publishes replace an item.
const KEYS = [undefined, undefined, undefined, undefined, 'a', 'b'];

/** What each kind of mark does to an item, in the plainest way. */
const apply = {
  seen: item => ({ ...item, seen: true }),
  read: item => ({ ...item, read: true, seen: true }),
  unread: item => ({ ...item, read: false, archived: false }),
  archived: item => ({ ...item, archived: true, read: true, seen: true }),
  unarchived: item => ({ ...item, archived: false }),
  clicked: item => ({ ...item, clicked: true, read: true, seen: true }),
  deleted: item => ({ ...item, deleted: true }),
};

/** A backend that publishes to the inbox of one user and marks what is in it, until the server is gone. It knows what was answered. */
export class Marker {
  items = new Map();

  /** The item of each collapse key. */
  keys = new Map();
  marks = 0;

  constructor(user) {
    this.user = user;
  }

  async run(server) {
    try {
      while (this.items.size < MOST) {
        await this.publish(server);
        for (let n = 0; n < 3; n++) {
          await this.mark(server);
        }
      }
      for (;;) {
        await this.mark(server);
      }
    } catch (error) {
      assert.ok(!(error instanceof assert.AssertionError), error);
    }
  }

  async publish(server) {
    const collapseKey = KEYS[Math.floor(Math.random() * KEYS.length)];
    const replaced = this.items.get(this.keys.get(collapseKey));
    if (replaced) {
      replaced.unanswered = { deleted: true };
    }
    const { status, body } = await api(
      server, '/api/notifications', { channel: `user:${this.user}`, notification: this.items.size, collapseKey });
    assert.equal(status, 200);
    if (replaced) {
      Object.assign(replaced, { state: { deleted: true }, unanswered: undefined });
    }
    if (collapseKey) {
      this.keys.set(collapseKey, body.results[0].id);
    }
    this.items.set(body.results[0].id, { state: { seen: false, read: false, archived: false, clicked: false }, unanswered: undefined });
  }

  async mark(server) {
    const ids = [...this.items.keys()];
    const id = ids[Math.floor(Math.random() * ids.length)];
    const item = this.items.get(id);
    const as = KINDS[Math.floor(Math.random() * KINDS.length)];
    const after = item.state.deleted ? item.state : apply[as](item.state);
    item.unanswered = after;
    const began = performance.now();
    const { status, body } = await api(server, '/api/inbox/mark', { user: this.user, as, ids: [id] });
    assert.equal(status, 200);
    // After four seconds, nobody knows any more whether PostgreSQL has stored it: the next owner may find the mark made.
    const isKnown = performance.now() - began < 3_500;
    assert.equal(body.changed, JSON.stringify(after) === JSON.stringify(item.state) || (!isKnown && body.changed === 0) ? 0 : 1);
    item.state = after;
    item.unanswered = undefined;
    this.marks++;
  }

  /**
   * Every answered mark is there, one that was not is there whole or not at all (P18), each key has at most one item (P25), and the numbers
   * are those of the items (P16).
   */
  async check(server) {
    const there = new Map();
    const keys = [];
    for (const filter of ['all', 'archived']) {
      for (let next = ''; next !== null;) {
        const { body } = await api(server, `/api/inbox?user=${this.user}&filter=${filter}&limit=100${next && `&before=${next}`}`);
        body.items.forEach(({ id, seen, read, archived, clicked }) => there.set(id, { seen, read, archived, clicked }));
        keys.push(...body.items.flatMap(({ meta }) => meta?.collapseKey ?? []));
        this.counts = body;
        ({ next } = body);
      }
    }
    for (const [id, { state, unanswered }] of this.items) {
      const found = there.get(id) ?? { deleted: true };
      const isAs = wanted => wanted !== undefined && (wanted.deleted === true ? found.deleted === true : assertable(found) === assertable(wanted));
      assert.ok(isAs(state) || isAs(unanswered), `${id} is ${JSON.stringify(found)}, not ${JSON.stringify(state)} or ${JSON.stringify(unanswered)}`);
    }
    assert.equal(new Set(keys).size, keys.length, `There are two items with one key: ${keys}`);
    const { unread, unseen, total, archived } = this.counts;
    const items = [...there.values()];
    assert.deepEqual({ unread, unseen, total, archived }, {
      unread: items.filter(item => !item.read).length,
      unseen: items.filter(item => !item.seen).length,
      total: items.length,
      archived: items.filter(item => item.archived).length,
    });
  }
}

const assertable = ({ seen, read, archived, clicked }) => JSON.stringify({ seen, read, archived, clicked });
