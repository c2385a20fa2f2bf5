import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { channel } from '../lib/channel.js';
import { Client, generations } from '../lib/client.js';
import { Cluster } from '../lib/cluster.js';
import { EventStream } from '../lib/events.js';
import { PlainClient } from '../lib/plain.js';
import { api } from '../lib/tokens.js';
import { until, within } from '../lib/within.js';

// An event stream does not say its id; the log does.
const SETTINGS = { 'Logging__LogLevel__Notify.Server.Sessions': 'Debug' };

/** The ways to connect without a token: how each opens, which id it has, and how it ends when a backend ends it. */
const ways = {
  ...Object.fromEntries(generations.map(generation => [generation.name, async (t, node) => {
    const client = await Client.open(t, node.url, { generation, transport: 'polling, then websocket' });
    await client.join(channel());
    return {
      id: client.socket.id,
      ended: client.disconnects.count(1).then(([how]) => how),
      ending: 'io server disconnect',
    };
  }])),
  'JSON WebSocket': async (t, node) => {
    const client = await PlainClient.open(t, node);
    await client.join(channel());
    return { id: client.messages.items[0].connection, ended: client.closed.then(({ code }) => code), ending: 4504 };
  },
  'event stream': async (t, node) => {
    const begun = () => [...node.log.matchAll(/Connection (\S+) \(event stream\) has begun/g)];
    const before = begun().length;
    const stream = await EventStream.open(t, node, [channel()]);
    await within(60_000, 'the log names the event stream', until(() => begun().length > before), () => node.log);
    return {
      id: begun().at(-1)[1],
      ended: stream.ended.then(() => stream.events.items.at(-1).data.code),
      ending: 'disconnected',
    };
  },
};

test('three nodes without tokens: each node ends a connection of every other one by its id', { timeout: 600_000 }, async t => {
  const cluster = await Cluster.start(t, 'memory', SETTINGS);
  await within(60_000, 'all nodes answer each other', Promise.all(cluster.nodes.map(async node => {
    let answer;
    while (!answer || answer.nodes < 3 || answer.silent.length > 0) {
      ({ body: answer } = await api(node, '/api/disconnect', { connection: 'nobody' }));
      await delay(50);
    }
    assert.equal(answer.connections, 0);
  })), () => cluster.nodes.map(node => node.log).join('\n'));

  for (const [n, node] of cluster.nodes.entries()) {
    for (const [way, open] of Object.entries(ways)) {
      // A node that is busy for more than a second is named as silent, and nobody counts what it ends.
      for (let isSilent = true; isSilent;) {
        const { id, ended, ending } = await open(t, node);
        const { status, body } = await api(cluster.nodes[(n + 1) % 3], '/api/disconnect', { connection: id, reason: 'bye' });
        isSilent = status === 200 && body.silent.length > 0;
        if (!isSilent) {
          assert.deepEqual({ way, status, body }, { way, status: 200, body: { connections: 1, nodes: 3, silent: [] } });
        }
        const how = await within(60_000, `the end of a connection: ${way}`, ended, () => node.log);
        assert.deepEqual({ way, how }, { way, how: ending });
      }
    }
  }
});
