import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { channel } from '../lib/channel.js';
import { Client, generations, matrix } from '../lib/client.js';
import { Server } from '../lib/server.js';

const [oldest, , , newest] = generations;

let server;
before(async () => (server = await Server.start()));
after(() => server.stop());

test('clients of all generations on all transports share a channel', async t => {
  const name = channel();
  const clients = await Promise.all(matrix.map(kind => Client.open(t, server.url, kind)));
  await Promise.all(clients.map(client => client.join(name)));
  const sent = [];
  for (let n = 0; n < 20; n++) {
    sent.push({ n, text: 'é € 😀' });
    await server.sendJson({ channel: name, notification: sent.at(-1) });
  }
  for (const client of clients) {
    assert.deepEqual(await client.notifications.count(sent.length), sent);
  }
});

test('a client that goes leaves the others theirs', async t => {
  const name = channel();
  const [goes, stays] = await Promise.all([oldest, newest].map(generation => Client.open(t, server.url, { generation, transport: 'websocket' })));
  await Promise.all([goes.join(name), stays.join(name)]);
  await server.sendJson({ channel: name, notification: 1 });
  await goes.notifications.count(1);
  goes.socket.close();
  await server.sendJson({ channel: name, notification: 2 });
  assert.deepEqual(await stays.notifications.count(2), [1, 2]);
  assert.deepEqual(goes.notifications.items, [1]);
});

test('a channel whose name is as long as a socket id, and is none', async t => {
  const client = await Client.open(t, server.url, { generation: newest, transport: 'websocket' });
  const names = ['twenty characters, é', 'abcdefghijklmnopqrst', '    \t\n              ', '===================='];
  await client.join(...names);
  for (const name of names) {
    await server.sendJson({ channel: name, notification: name });
  }
  assert.deepEqual((await client.notifications.count(names.length)).toSorted(), names.toSorted());
});

test('a notification to the id of a socket that is gone goes nowhere', async t => {
  const client = await Client.open(t, server.url, { generation: newest, transport: 'websocket' });
  const { id } = client.socket;
  client.socket.close();
  await server.sendJson({ channel: id, notification: 'lost' });
  const other = await Client.open(t, server.url, { generation: newest, transport: 'websocket' });
  await server.sendJson({ channel: other.socket.id, notification: 'found' });
  assert.deepEqual(await other.notifications.count(1), ['found']);
});

test('the key may be in auth', async t => {
  const name = channel();
  for (const generation of generations.slice(2)) {
    const client = await Client.open(t, server.url, { generation, transport: 'websocket' }, { query: undefined, auth: { notificationKey: Server.key } });
    await client.join(name);
    await server.sendJson({ channel: name, notification: generation.name });
    assert.deepEqual(await client.notifications.count(1), [generation.name]);
  }
});

for (const transport of ['websocket', 'polling']) {
  test(`10,000 joins by one client are served, over ${transport}`, async t => {
    const client = await Client.open(t, server.url, { generation: newest, transport });
    const names = Array.from({ length: 10_000 }, (_, n) => `${transport} ${n}`);

    // The answers share the client's queue of 1 MB: what asks for all of them at once without reading is a slow client.
    for (let n = 0; n < names.length; n += 1000) {
      const answers = await Promise.all(names.slice(n, n + 1000).map(name => client.ask('join', name)));
      assert.deepEqual(answers.filter(answer => answer.error), []);
    }
    assert.deepEqual(await client.ask('join', channel()), { error: 'limit' });
    const picked = [names[0], names[1234], names[9_999]];
    for (const name of picked) {
      await server.sendJson({ channel: name, notification: name });
    }
    assert.deepEqual((await client.notifications.count(3)).toSorted(), picked.toSorted());
  });
}
