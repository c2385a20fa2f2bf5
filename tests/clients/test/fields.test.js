import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Client, matrix } from '../lib/client.js';
import { EventStream } from '../lib/events.js';
import { PlainClient } from '../lib/plain.js';
import { Server } from '../lib/server.js';
import { api, user } from '../lib/tokens.js';
import { until, within } from '../lib/within.js';

describe('what is replaced, expired or recalled is told live, and to nobody who comes later', { timeout: 600_000 }, () => {
  let server;
  before(async () => (server = await Server.start()));
  after(() => server?.kill());

  const publish = async (channel, notification, fields = {}) => {
    const { status, body } = await api(server, '/api/notifications', { channel, notification, ...fields });
    assert.equal(status, 200, JSON.stringify(body));
    return body.results[0];
  };

  /** Publishes five notifications, of which only the last two stay. */
  const publishAll = async channel => {
    await publish(channel, 'one', { collapseKey: 'k' });
    await publish(channel, 'two', { expiresAt: '2026-01-01T00:00:00Z' });
    const { id } = await publish(channel, 'three');
    await publish(channel, 'four', { collapseKey: 'k', category: 'c' });
    await publish(channel, 'five', { silent: true });
    const { body } = await api(server, '/api/inbox/recall', { channel, id });
    assert.deepEqual(body, { results: [{ channel, recalled: 1 }] });
    const { body: count } = await api(server, `/api/inbox/count?user=${channel.slice('user:'.length)}`);
    assert.deepEqual([count.unread, count.total], [1, 2]);
  };
  const all = ['one', 'two', 'three', 'four', 'five'];
  const left = ['four', 'five'];

  for (const { generation, transport } of matrix) {
    test(`${generation.name} over ${transport}`, async t => {
      const channel = `user:${user()}`;
      const receive = async since => {
        const client = await Client.open(t, server.url, { generation, transport });
        const received = [];
        client.socket.on('NEW_NOTIFICATION', (notification, { offset, meta }) => received.push({ notification, offset, meta }));
        await client.ask('join', channel, since);
        return received;
      };
      const live = await receive({ inbox: true });
      await publishAll(channel);
      await arrived(live, each => each.notification, all);
      const late = await receive({ since: 'earliest' });
      await arrived(late, each => each.notification, left);
      assert.deepEqual(late, live.slice(3));
      assert.deepEqual(late.map(({ offset, meta }) => [offset, meta]), [[4, { category: 'c', collapseKey: 'k' }], [5, { silent: true }]]);
    });
  }

  test('a client of the original receives the notification alone', async t => {
    const channel = `user:${user()}`;
    const client = await Client.open(t, server.url, matrix[0]);
    const received = [];
    client.socket.on('NEW_NOTIFICATION', (...args) => received.push(args));
    await client.ask('join', channel);
    await publishAll(channel);
    await arrived(received, each => each, all.map(each => [each]));
  });

  test('a plain WebSocket and an event stream', async t => {
    const channel = `user:${user()}`;
    const open = async (since, position) => {
      const client = await PlainClient.open(t, server);
      client.send({ type: 'join', channel, inbox: true, ...since && { since } });
      const stream = new EventStream();
      t.after(() => stream.close());
      await stream.connect(server.url, [channel], position, undefined, { inbox: '1' });
      await within(60_000, 'the stream has joined', until(() => stream.lastEventId !== ''), () => server.log);
      return { sources: [client.messages, stream.events], position: stream.lastEventId };
    };
    const { sources: live, position } = await open();
    await within(60_000, 'both have joined', until(() => live.every(each => ofType(each, 'inbox').length > 0)));
    await publishAll(channel);
    for (const source of [...live.map(each => [each, all]), ...(await open('earliest', position)).sources.map(each => [each, left])]) {
      const [messages, expected] = source;
      await within(60_000, 'all are told', until(() => ofType(messages, 'notification').length >= expected.length));
      const told = ofType(messages, 'notification');
      assert.deepEqual(told.map(({ data }) => data), expected);
      assert.deepEqual(told.slice(-2).map(({ meta }) => meta), [{ category: 'c', collapseKey: 'k' }, { silent: true }]);
      // There were two before as well, when the first was replaced, and both were unread.
      const isLast = ({ total, unread } = {}) => total === 2 && unread === 1;
      await within(60_000, 'the number is told', until(() => isLast(ofType(messages, 'inbox').at(-1))), () => JSON.stringify(ofType(messages, 'inbox')));
    }
  });

  test('an item that expires leaves an open bell by itself', async t => {
    const channel = `user:${user()}`;
    const client = await PlainClient.open(t, server);
    client.send({ type: 'join', channel, inbox: true });
    await within(60_000, 'the client has joined', until(() => ofType(client.messages, 'inbox').length > 0));
    await publish(channel, 'soon', { expiresIn: '6s' });
    await within(60_000, 'it is counted', until(() => ofType(client.messages, 'inbox').some(({ unread }) => unread === 1)));
    await within(60_000, 'it has expired', until(() => ofType(client.messages, 'inbox').at(-1).unread === 0));
    assert.deepEqual(ofType(client.messages, 'inbox').at(-1).state.gone, [1, 1]);
  });

  test('an erased inbox is told to an open bell, which begins again', async t => {
    const id = user();
    const channel = `user:${id}`;
    const { epoch } = await publish(channel, 'one');
    const client = await PlainClient.open(t, server);
    client.send({ type: 'join', channel, inbox: true });
    await within(60_000, 'the client has joined', until(() => ofType(client.messages, 'inbox').length > 0));
    const erased = await fetch(`${server.url}/api/inbox?user=${id}`, { method: 'DELETE', headers: { authorization: 'Bearer NOTIFICATION_SECRET' } });
    assert.equal(erased.status, 200);
    await within(60_000, 'the new epoch is told', until(() => ofType(client.messages, 'inbox').at(-1).epoch !== epoch));
    const { total, rev, offset } = ofType(client.messages, 'inbox').at(-1);
    assert.deepEqual([total, rev, offset], [0, 0, 0]);
    assert.equal(ofType(client.messages, 'joined').at(-1).recovered, false);
  });
});

/** The messages of a type, of a client or an event stream. */
const ofType = (source, type) => source.items.map(item => item.data?.type ? item.data : item).filter(item => item.type === type);

async function arrived(list, value, expected) {
  await within(60_000, 'all have arrived', until(() => list.length >= expected.length), () => JSON.stringify(list));
  assert.deepEqual(list.map(value), expected);
}
