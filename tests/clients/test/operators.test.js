import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { channel } from '../lib/channel.js';
import { Cluster } from '../lib/cluster.js';
import { ways } from '../lib/identified.js';
import { Postgres } from '../lib/postgres.js';
import { api } from '../lib/tokens.js';
import { within } from '../lib/within.js';

// A node is given a second; a busy machine is given more.
const SOON = 10_000;

const nameOf = (cluster, n) => `127.0.0.1:${cluster.settings[n].environment.NOTIFY_CLUSTER_PORT}`;

/** What a node answers an operator. */
async function ask(node, path) {
  const { status, body } = await api(node, path);
  assert.equal(status, 200, `${path} answered ${status} ${JSON.stringify(body)}`);
  return body;
}

/** Asks until a condition holds. A node that is busy for a second is named as silent, and what only it knows is not found. */
function until(node, path, condition) {
  let last;
  return within(60_000, `${path} answers what is expected`, (async () => {
    for (;;) {
      last = await api(node, path);
      if (last.status === 200 && condition(last.body)) {
        return last.body;
      }
      await delay(50);
    }
  })(), () => JSON.stringify(last, null, 1));
}

describe('three nodes on PostgreSQL', { timeout: 600_000 }, () => {
  test('any of them answers for all, and names the one that is frozen', async t => {
    const cluster = await Cluster.start(t, (await Postgres.start(t)).store);
    const [first, , third] = cluster.nodes;
    const names = [0, 1, 2].map(n => nameOf(cluster, n));
    await until(first, '/api/nodes', ({ nodes, silent }) => nodes.length === 3 && silent.length === 0);
    const name = channel();
    const clients = [];
    for (const node of cluster.nodes) {
      clients.push(await ways['event stream'].open(t, node, undefined, name));
    }

    const { body: { results: [{ id }] } } = await api(first, '/api/notifications', { channel: name, notification: { n: 1 } });
    for (const { heard } of clients) {
      await heard.count(1);
    }

    const { notifications: [trail] } = await until(first, `/api/notification?id=${id}`, ({ notifications }) =>
      notifications[0]?.deliveries.filter(({ written }) => written === 1).length === 3);
    assert.equal(trail.state, 'delivered');
    assert.match(trail.summary, /^Written to 3 of 3 sockets on 3 nodes\./);
    assert.deepEqual(trail.deliveries.map(({ node }) => node).sort(), [...names].sort());
    assert.deepEqual(trail.sends.map(({ node, outcome }) => ({ node, outcome })), [{ node: names[0], outcome: 'accepted' }]);

    const { connections } = await until(first, `/api/connections?channel=${name}`, ({ silent }) => silent.length === 0);
    assert.deepEqual(connections.map(({ node }) => node).sort(), [...names].sort());
    const foreign = connections.find(({ node }) => node === names[2]);
    const detail = await until(first, `/api/connection?id=${foreign.connection}`, ({ channels }) => channels?.length === 1);
    assert.deepEqual(detail.channels.map(({ channel: joined, offset }) => ({ joined, offset })), [{ joined: name, offset: 1 }]);

    assert.equal(detail.trace, null);
    const { trace: { events: before } } = await until(first, `/api/connection?id=${foreign.connection}&trace=1`, ({ trace }) => trace);
    assert.deepEqual(before, []);
    for (let silent; silent?.length !== 0; await delay(50)) {
      const { status, body } = await api(first, '/api/disconnect', { connection: foreign.connection });
      assert.equal(status, 200, JSON.stringify(body));
      ({ silent } = body);
    }
    const { open, trace: { events } } = await until(cluster.nodes[1], `/api/connection?id=${foreign.connection}`, ({ open: isOpen }) => !isOpen);
    assert.deepEqual({ open, events: events.map(({ event, code }) => ({ event, code })) }, { open: false, events: [{ event: 'ended', code: 'disconnected' }] });

    const { settings } = await ask(first, '/api/config');
    const shown = Object.fromEntries(settings.map(({ name: setting, value }) => [setting, value]));
    assert.equal(shown.NOTIFY_DRAIN, '1s');
    assert.equal(shown.NOTIFY_CLUSTER_SECRET, '(set, not shown)');

    third.freeze();
    try {
      for (const path of ['/api/overview', '/api/nodes', `/api/connections?channel=${name}`, `/api/notification?id=${id}`]) {
        const began = performance.now();
        const { silent } = await until(first, path, ({ silent: named }) => named.length === 1);
        const took = Math.round(performance.now() - began);
        assert.deepEqual({ path, silent }, { path, silent: [names[2]] });
        assert.ok(took < SOON, `${path} took ${took} ms`);
        t.diagnostic(`${path} answered after ${took} ms without the frozen node`);
      }
    } finally {
      third.thaw();
    }
  });
});
