import assert from 'node:assert/strict';
import { test } from 'node:test';
import { channel } from '../lib/channel.js';
import { Client, generations } from '../lib/client.js';
import { Cluster } from '../lib/cluster.js';
import { EventStream } from '../lib/events.js';
import { PlainClient } from '../lib/plain.js';
import { api } from '../lib/tokens.js';
import { within } from '../lib/within.js';

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
    const stream = await EventStream.open(t, node, [channel()]);
    await node.logged('(event stream) has begun');
    return {
      id: /Connection (\S+) \(event stream\) has begun/.exec(node.log)[1],
      ended: stream.ended.then(() => stream.events.items.at(-1).data.code),
      ending: 'disconnected',
    };
  },
};

test('three nodes without tokens: each node ends a connection of every other one by its id', { timeout: 300_000 }, async t => {
  const cluster = await Cluster.start(t, 'memory', SETTINGS);
  await within(60_000, 'all nodes answer each other', Promise.all(cluster.nodes.map(async node => {
    let answer;
    do {
      ({ body: answer } = await api(node, '/api/disconnect', { connection: 'nobody' }));
    } while (answer.nodes < 3 || answer.silent.length > 0);
    assert.equal(answer.connections, 0);
  })), () => cluster.nodes.map(node => node.log).join('\n'));

  for (const [n, node] of cluster.nodes.entries()) {
    for (const [way, open] of Object.entries(ways)) {
      const { id, ended, ending } = await open(t, node);
      const { status, body } = await api(cluster.nodes[(n + 1) % 3], '/api/disconnect', { connection: id, reason: 'bye' });
      assert.deepEqual({ way, status, body }, { way, status: 200, body: { connections: 1, nodes: 3, silent: [] } });
      const how = await within(30_000, `the end of a connection: ${way}`, ended, () => node.log);
      assert.deepEqual({ way, how }, { way, how: ending });
    }
  }
});
