import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { Cluster } from '../lib/cluster.js';
import { Postgres } from '../lib/postgres.js';
import { RowLock } from '../lib/row-lock.js';
import { within } from '../lib/within.js';

const CHANNELS = Array.from({ length: 24 }, (_, n) => `channel-${n}`);
const [HELD] = CHANNELS;

// A channel of a healthy owner is served within five seconds. The test grants a busy machine ten more.
const LONGEST_GAP = 15_000;

// How often each of them is served meanwhile; a sender needs about ten seconds.
const TIMES = 150;

/** Three nodes, each by its own name in the database, and a sender for each channel that goes over the nodes in turn. */
class Scene {
  #isOver = false;
  #senders;
  #round = 0;
  last = new Map();
  gaps = new Map();
  counts = new Map();

  static async start(t) {
    const scene = new Scene();
    const postgres = await Postgres.start(t);
    scene.cluster = await Cluster.start(t, postgres.store, { NOTIFY_SEND_TIMEOUT: '2s' }, { started: 0 });
    scene.cluster.settings.forEach(({ environment }, n) => (environment.NOTIFY_STORE += `?application_name=node${n}`));
    await Promise.all(scene.cluster.settings.map((_, n) => scene.cluster.start(n)));
    scene.asking = new RowLock(t, postgres);
    scene.lock = new RowLock(t, postgres);
    scene.targets = [0, 1, 2];
    scene.#senders = CHANNELS.map((channel, n) => scene.#send(channel, n));
    t.after(() => scene.end());
    await scene.served(1);
    return scene;
  }

  /** Begins to measure and to count anew. A send that is under way does not count. */
  measure() {
    this.#round++;
    const now = performance.now();
    CHANNELS.forEach(channel => this.last.set(channel, now));
    this.gaps.clear();
    this.counts.clear();
  }

  /** Waits until so many of the channels have each been served so often. */
  async served(times, channels = CHANNELS, enough = channels.length) {
    const missing = () => channels.filter(channel => !(this.counts.get(channel) >= times));
    const done = async () => {
      while (channels.length - missing().length < enough) {
        await delay(20);
      }
    };
    await within(90_000, `${enough} channels are served ${times} times`, done(), () => missing().join(', '));
  }

  /** The longest time that one of the channels was not served, in milliseconds. */
  longest(channels) {
    const now = performance.now();
    return Math.round(Math.max(...channels.map(channel => Math.max(this.gaps.get(channel) ?? 0, now - this.last.get(channel)))));
  }

  async end() {
    this.#isOver = true;
    await Promise.all(this.#senders);
  }

  async #send(channel, first) {
    for (let n = first; !this.#isOver; n++) {
      const node = this.cluster.nodes[this.targets[n % this.targets.length]];
      const round = this.#round;
      // A frozen node answers nothing.
      const { status } = await within(3_000, 'an answer', node.post({ channel, notification: n })).catch(() => ({ status: 0 }));
      if (status === 200 && round === this.#round) {
        const now = performance.now();
        this.gaps.set(channel, Math.max(this.gaps.get(channel) ?? 0, now - (this.last.get(channel) ?? now)));
        this.last.set(channel, now);
        this.counts.set(channel, (this.counts.get(channel) ?? 0) + 1);
      }
      await delay(50);
    }
  }
}

test('another session holds the row of one channel: every other channel is served', { timeout: 600_000 }, async t => {
  const scene = await Scene.start(t);
  const others = CHANNELS.slice(1);
  await scene.lock.hold(HELD);
  scene.measure();
  await scene.served(TIMES, others);
  const longest = scene.longest(others);
  assert.equal(scene.counts.get(HELD), undefined);
  await scene.lock.release();

  assert.ok(longest < LONGEST_GAP, `a channel was not served for ${longest} ms`);
  await scene.served(1);
  t.diagnostic(`the longest time without a send that was accepted: ${longest} ms`);
});

test('a node is frozen inside a transaction of PostgreSQL: the channels of the others are served, and then its own', { timeout: 600_000 }, async t => {
  const scene = await Scene.start(t);
  const waits = () => scene.asking.query(
    `SELECT application_name FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND xact_start IS NOT NULL AND application_name LIKE 'node%'`);

  let frozen;
  for (let attempt = 0; frozen === undefined; attempt++) {
    assert.ok(attempt < 20, 'no node could be frozen inside a transaction');
    await scene.lock.hold(HELD);
    const [name] = await within(60_000, 'a node waits for the row', (async () => {
      for (;;) {
        const names = await waits();
        if (names.length > 0) {
          return names;
        }
        await delay(20);
      }
    })());
    const node = Number(name.slice(4));
    scene.cluster.nodes[node].freeze();
    if ((await waits()).includes(name)) {
      frozen = node;
    } else {
      scene.cluster.nodes[node].thaw();
    }
    await scene.lock.release();
  }
  scene.targets = [0, 1, 2].filter(node => node !== frozen);

  // Long before the channels of the frozen node have a new owner, the others have been served a few times.
  scene.measure();
  await scene.served(10, CHANNELS, 1);
  const healthy = CHANNELS.filter(channel => scene.counts.has(channel));
  await scene.served(1);
  await scene.served(TIMES, healthy);
  const longest = scene.longest(healthy);
  scene.cluster.nodes[frozen].thaw();

  assert.ok(longest < LONGEST_GAP, `a channel of a healthy node was not served for ${longest} ms`);
  t.diagnostic(`${healthy.length} channels of healthy nodes: the longest time without a send that was accepted: ${longest} ms`);
});
