import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { PlainClient } from '../lib/plain.js';
import { Server } from '../lib/server.js';
import { api, user } from '../lib/tokens.js';
import { until, within } from '../lib/within.js';

const SENDERS = 16;
const EACH = 60;

describe('publishes and marks have one order', { timeout: 600_000 }, () => {
  let server;
  before(async () => (server = await Server.start()));
  after(() => server?.kill());

  const publish = async (id, notification) => {
    const { status, body } = await api(server, '/api/notifications', { channel: `user:${id}`, notification });
    assert.equal(status, 200, JSON.stringify(body));
    return body.results[0].offset;
  };
  const sendAll = id => Promise.all(Array.from({ length: SENDERS }, async (_, sender) => {
    for (let n = 0; n < EACH; n++) {
      await publish(id, `${sender}.${n}`);
    }
  }));

  // P20: what is published after a mark was decided stays unread, and nothing that was read becomes unread.
  test('a mark of all beside sixteen senders covers exactly what came before it', async t => {
    const id = user();
    const client = await PlainClient.open(t, server);
    client.send({ type: 'join', channel: `user:${id}`, inbox: true });
    let isSending = true;
    const sent = sendAll(id).then(() => (isSending = false));
    const marks = [];
    while (isSending) {
      const { status, body } = await api(server, '/api/inbox/mark', { user: id, as: 'read', all: true });
      assert.equal(status, 200);
      assert.equal(body.unread, 0, `${body.unread} are unread after a mark of all up to ${body.offset}`);
      marks.push(body);
    }
    await sent;
    const last = SENDERS * EACH;
    await within(60_000, 'the last version is told', until(() => told().at(-1)?.offset === last && told().at(-1).rev === marks.at(-1).rev),
      () => JSON.stringify(told().at(-1)));
    for (const { offset, rev, unread } of told()) {
      const covered = marks.findLast(mark => mark.rev <= rev)?.offset ?? 0;
      assert.equal(unread, Math.min(offset, 200) - Math.max(0, covered - Math.max(0, offset - 200)), `${offset}.${rev}`);
    }
    t.diagnostic(`${marks.length} marks`);

    function told() {
      return client.messages.items.filter(({ type }) => type === 'inbox');
    }
  });

  // P35: the page that a backend renders and what its client receives from that position on are everything, once.
  test('a client that continues from a rendered page misses nothing and shows nothing twice', async t => {
    const id = user();
    await publish(id, 'first');
    const sent = sendAll(id);
    const pages = [];
    for (let n = 0; n < 20; n++) {
      const { body: page } = await api(server, `/api/inbox?user=${id}&limit=100`);
      const [{ epoch, offset, unread }] = page.channels;
      assert.equal(page.items[0].offset, offset);
      assert.equal(unread, Math.min(offset, 200));
      const client = await PlainClient.open(t, server);
      client.send({ type: 'join', channel: `user:${id}`, since: { epoch, offset }, inbox: true });
      pages.push({ client, shown: page.items.map(item => item.offset) });
    }
    await sent;
    const last = SENDERS * EACH + 1;
    for (const { client, shown } of pages) {
      const received = () => client.messages.items.filter(({ type }) => type === 'notification').map(({ offset }) => offset);
      const joined = () => client.messages.items.find(({ type }) => type === 'joined');
      await within(60_000, 'all is received', until(() => joined() && (shown[0] === last || received().at(-1) === last)),
        () => JSON.stringify(client.messages.items.at(-1)));
      const all = [...shown.toReversed(), ...received()];
      assert.deepEqual(all, Array.from({ length: all.length }, (_, n) => all[0] + n));
      assert.equal(joined().recovered, true);
    }
  });
});
