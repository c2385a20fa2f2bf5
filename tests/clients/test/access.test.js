import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { channel } from '../lib/channel.js';
import { Client, generations, recovering } from '../lib/client.js';
import { EventStream } from '../lib/events.js';
import * as identified from '../lib/identified.js';
import { Inbox } from '../lib/inbox.js';
import { PlainClient } from '../lib/plain.js';
import { RawSocket } from '../lib/raw.js';
import { Server } from '../lib/server.js';
import { SECRET, api, expired, token, user } from '../lib/tokens.js';
import { within } from '../lib/within.js';

let server;
before(async () => (server = await Server.start(0, {
  NOTIFY_ACCESS: 'token,news:*=open,staff:*=user,closed:*=closed',
  NOTIFY_TOKEN_SECRET: SECRET,
})));
after(() => server.stop());

/** Whose token a client shows for a channel of `owner`, and what it is then told. */
const shown = {
  'no token': { of: () => undefined, join: 'unauthorized' },
  'a token of another user': { of: () => token({ sub: user() }), join: 'forbidden' },
  'a token that grants everything': { of: () => token({ sub: user(), channels: ['*'] }), join: 'forbidden' },
  'the own token': { of: owner => token({ sub: owner }), join: null },
  'a channel token': { of: owner => token({ channels: [`user:${owner}`] }), join: null },
  'an expired token': { of: owner => expired({ sub: owner }), refused: 'token_expired' },
  'a token with a wrong signature': { of: owner => token({ sub: owner }, { secret: `${SECRET}x` }), refused: 'bad_token' },
  // It was issued before, even where the revocation was in the second before this one.
  'a revoked token': { of: owner => token({ sub: owner, iat: Math.floor(Date.now() / 1000) - 60 }), refused: 'token_revoked', isRevoked: true },
};

/** A user whose channel has one notification. */
async function owner(isRevoked) {
  const name = user();
  await server.sendJson({ channel: `user:${name}`, notification: 'missed' });
  if (isRevoked) {
    assert.equal((await api(server, '/api/revoke', { user: name })).status, 200);
  }
  return name;
}

const stock = (t, generation, given, options) => identified.stock(t, server, generation, given, options);

// A token ends here when it says so, without a tolerance for clocks.
let brief;
before(async () => (brief = await Server.start(0, { NOTIFY_ACCESS: 'token', NOTIFY_TOKEN_SECRET: SECRET, NOTIFY_TOKEN_SKEW: '0s' })));
after(() => brief.stop());

for (const generation of generations) {
  describe(generation.name, () => {
    for (const [name, { of, join, refused, isRevoked }] of Object.entries(shown)) {
      test(`with ${name}: ${refused ?? join ?? 'joined, with what it missed'}`, async t => {
        const who = await owner(isRevoked);
        const client = stock(t, generation, of(who));
        if (refused) {
          const [refusal] = await client.refusals.count(1);
          assert.equal(refusal.code, refused);
          assert.equal(typeof refusal.message, 'string');
          assert.equal(client.connects.items.length, 0);
          return;
        }
        await client.connects.count(1);
        const answer = await client.ask('join', `user:${who}`, { since: 'earliest' });
        assert.equal(answer.error ?? null, join);
        await server.sendJson({ channel: `user:${who}`, notification: 'live' });
        // What is open to all comes after it, and shows that nothing else did.
        const open = channel('news:');
        assert.equal((await client.ask('join', open)).error, undefined);
        await client.notifications.only(join === null ? ['missed', 'live'] : [], () => server.sendJson({ channel: open, notification: 'end' }));
      });
    }

    test('shows its token with the event auth, before its joins, and is told what it may not join', async t => {
      const who = await owner();
      const client = stock(t, generation, undefined);
      await client.connects.count(1);
      const answers = [client.ask('auth', token({ sub: who, channels: ['team:*'] })), client.ask('join', `user:${who}`), client.ask('join', 'team:1')];
      const [auth, own, team] = await Promise.all(answers);
      assert.equal(auth.user, who);
      assert.ok(auth.expiresInMs > 890_000 && auth.expiresInMs <= 900_000, JSON.stringify(auth));
      assert.deepEqual([own.error, team.error], [undefined, undefined]);
      client.socket.emit('join', 'order:7');
      const [[refusal]] = await client.REFUSED.count(1);
      assert.deepEqual([refusal.channel, refusal.error, typeof refusal.message], ['order:7', 'forbidden', 'string']);
    });

    test('leaves what a new token does not grant, and keeps its user', async t => {
      const who = await owner();
      const client = stock(t, generation, token({ sub: who, channels: ['team:1', 'team:2'] }));
      await client.connects.count(1);
      await client.join('team:1', 'team:2');
      assert.equal((await client.ask('auth', token({ sub: user() }))).error, 'other_user');
      assert.equal((await client.ask('auth', 'garbage')).error, 'bad_token');
      assert.equal((await client.ask('auth', token({ sub: who, channels: ['team:2'] }))).user, who);
      assert.deepEqual(await client.LEFT.count(1), [[{ channel: 'team:1', error: 'forbidden' }]]);
      await server.sendJson({ channel: 'team:1', notification: 'not for it' });
      await server.sendJson({ channel: 'team:2', notification: 'for it' });
      await client.notifications.count(1);
      assert.equal([client.notifications.items[0]].flat()[0], 'for it');
    });

    test('is asked for a new token, ends when the old one does, and comes back by itself', async t => {
      const who = await owner();
      // The client has to be connected before the first one ends.
      const [first, later] = [6, 900].map(lifetime => token({ sub: who, exp: Math.floor(Date.now() / 1000) + lifetime }));
      const [warned, ended] = [new Inbox(), new Inbox()];
      const client = new Client(brief.url, { generation, transport: 'websocket' }, generation.major >= 3
        ? { auth: cb => cb({ token: ended.items.length === 0 ? first : later }) }
        : { query: `notificationKey=${Server.key}&token=${first}` });
      t.after(() => client.socket.close());
      client.socket.on('TOKEN_EXPIRING', given => warned.push(given));
      client.socket.on('TOKEN_EXPIRED', given => {
        ended.push(given);
        if (generation.major < 3) {
          client.socket.io.opts.query = `notificationKey=${Server.key}&token=${later}`;
        }
      });
      assert.ok((await warned.count(1))[0].expiresInMs <= 6000);
      assert.deepEqual(await ended.count(1), [{}]);
      await client.connects.count(2);
      assert.deepEqual(client.disconnects.items.map(reason => reason === 'io server disconnect'), [false]);
      assert.equal((await client.ask('join', `user:${who}`)).error, undefined);
    });

    test('does not come back after the backend has disconnected its user', async t => {
      const who = await owner();
      const client = stock(t, generation, token({ sub: who }));
      await client.connects.count(1);
      const answer = await api(server, '/api/disconnect', { user: who, reason: 'signed out' });
      assert.equal(answer.status, 200);
      assert.equal(answer.body.connections, 1);
      assert.deepEqual(await client.REFUSED.count(1), [[{ error: 'disconnected', message: 'signed out' }]]);
      assert.deepEqual(await client.disconnects.count(1), ['io server disconnect']);
      // A client that is asked to comes back within its delay of at most 250 ms; this one does so meanwhile, and the other does not.
      const other = stock(t, generation, token({ sub: user() }));
      await other.connects.count(1);
      other.socket.io.engine.close();
      await other.connects.count(2);
      assert.equal(client.connects.items.length, 1);
    });
  });
}

describe('a session of somebody else', () => {
  for (const generation of recovering) {
    for (const [name, of] of Object.entries({
      'nobody': () => undefined, 'another user': () => token({ sub: user() }), 'its user': owner => token({ sub: owner }),
    })) {
      test(`${generation.name}: ${name} comes back with the private id`, async t => {
        const who = await owner();
        const first = stock(t, generation, token({ sub: who }), { query: `notificationKey=${Server.key}&recovery=1`, reconnection: false });
        await first.connects.count(1);
        await first.join(`user:${who}`);
        await server.sendJson({ channel: `user:${who}`, notification: 'seen' });
        await first.notifications.count(1);
        const { _pid: pid, _lastOffset: offset } = first.socket;
        first.socket.io.engine.close();
        await first.disconnects.count(1);
        await server.sendJson({ channel: `user:${who}`, notification: 'secret' });
        const second = stock(t, generation, undefined, {
          auth: { token: of(who) }, query: `notificationKey=${Server.key}&recovery=1`,
        });
        Object.assign(second.socket, { _pid: pid, _lastOffset: offset });
        await second.connects.count(1);
        assert.equal(second.socket.recovered, name === 'its user');
        const open = channel('news:');
        await second.join(open);
        await second.notifications.only(name === 'its user' ? ['secret'] : [], () => server.sendJson({ channel: open, notification: 'end' }));
      });
    }
  }
});

test('a connection ends with the tenth token that it may not connect with', async t => {
  const raw = new RawSocket(server);
  t.after(() => raw.socket.terminate());
  await raw.packets.count(1);
  for (let i = 0; i < 10; i++) {
    raw.socket.send('40{"token":"garbage"}');
  }
  await within(60_000, 'the connection ends', raw.closed);
  assert.deepEqual(raw.packets.items.slice(1).map(packet => packet.slice(0, 25)), Array(9).fill('44{"message":"bad_token",'));
});

describe('JSON WebSocket', () => {
  const open = (t, given) => identified.plain(t, server, given);

  for (const [name, { of, join, refused, isRevoked }] of Object.entries(shown)) {
    test(`with ${name}: ${refused ?? join ?? 'joined, with what it missed'}`, async t => {
      const who = await owner(isRevoked);
      const given = of(who);
      const client = open(t, given);
      const [first] = await client.messages.count(1);
      if (refused) {
        assert.deepEqual([first.type, first.code, typeof first.message], ['closing', refused, 'string']);
        assert.deepEqual(await client.closed, { code: 4502, reason: 'bad token' });
        return;
      }
      assert.equal(first.type, 'welcome');
      assert.equal('expiresInMs' in first, given !== undefined);
      client.send({ type: 'join', channel: `user:${who}`, since: 'earliest', id: 1 });
      const answers = await client.messages.count(join === null ? 3 : 2);
      if (join === null) {
        assert.deepEqual(answers.slice(1).map(message => message.data ?? message.type), ['joined', 'missed']);
      } else {
        const { message, ...rest } = answers[1];
        assert.deepEqual(rest, { type: 'error', code: join, channel: `user:${who}`, id: 1 });
        assert.equal(typeof message, 'string');
      }
    });
  }

  test('shows its token with auth, is told what it loses, and joins one channel with a token of its own', async t => {
    const who = await owner();
    const client = open(t);
    await client.messages.count(1);
    client.send({ type: 'auth', token: token({ sub: who, channels: ['team:1'] }), id: 1 });
    client.send({ type: 'join', channel: 'team:1' });
    client.send({ type: 'join', channel: 'order:9', token: token({ channels: ['order:9'] }), id: 2 });
    client.send({ type: 'join', channel: 'order:8', token: token({ sub: user(), channels: ['order:8'] }), id: 3 });
    const came = await client.messages.count(5);
    const authed = came.find(message => message.type === 'authed');
    assert.deepEqual([authed.user, authed.id], [who, 1]);
    assert.deepEqual(came.filter(message => message.type === 'joined').map(message => message.channel).sort(), ['order:9', 'team:1']);
    assert.equal(came.find(message => message.id === 3).code, 'other_user');
    client.send({ type: 'auth', token: token({ sub: who }), id: 4 });
    const after = (await client.messages.count(7)).slice(5);
    assert.deepEqual(after.map(message => message.type), ['authed', 'left']);
    assert.deepEqual(after[1], { type: 'left', channel: 'team:1', code: 'forbidden' });
  });

  test('ends ten joins with refused tokens', async t => {
    const client = open(t);
    await client.messages.count(1);
    for (let i = 0; i < 10; i++) {
      client.send({ type: 'join', channel: 'team:1', token: 'garbage', id: i });
    }
    assert.equal((await client.closed).code, 4503);
  });

  test('ends ten refused tokens', async t => {
    const client = open(t);
    await client.messages.count(1);
    for (let i = 0; i < 10; i++) {
      client.send({ type: 'auth', token: 'garbage', id: i });
    }
    assert.equal((await client.closed).code, 4503);
  });

  test('is disconnected by the backend with its reason', async t => {
    const who = await owner();
    const client = open(t, token({ sub: who }));
    await client.messages.count(1);
    await api(server, '/api/disconnect', { user: who, reason: 'signed out' });
    assert.deepEqual((await client.messages.count(2))[1], { type: 'closing', code: 'disconnected', message: 'signed out' });
    assert.equal((await client.closed).code, 4504);
  });
});

describe('event stream', () => {
  const get = (given, channels, headers = {}) => fetch(
    `${server.url}/events?${new URLSearchParams([['key', Server.key], ...given ? [['token', given]] : [], ...channels.map(name => ['channel', name])])}`,
    { headers, signal: AbortSignal.timeout(60_000) });

  for (const [name, { of, join, refused, isRevoked }] of Object.entries(shown)) {
    test(`with ${name}: ${refused ?? join ?? 'joined, with what it missed'}`, async t => {
      const who = await owner(isRevoked);
      const given = of(who);
      if (join === null) {
        const stream = new EventStream();
        t.after(() => stream.close());
        await stream.connect(server.url, [`user:${who}`], undefined, given);
        const [joined] = await stream.events.count(1);
        assert.equal(joined.type, 'joined');
        return;
      }
      const response = await get(given, [`user:${who}`]);
      const body = await response.json();
      assert.equal(body.code, refused ?? join);
      assert.equal(response.status, join === 'forbidden' ? 403 : 401);
      assert.equal(response.headers.get('www-authenticate'),
        join === 'forbidden' ? null : join ? 'Bearer' : 'Bearer error="invalid_token"');
    });

    test(`with ${name} and a position: ${refused ?? join ?? 'what was missed'}`, async t => {
      const who = await owner();
      const first = new EventStream();
      t.after(() => first.close());
      await first.connect(server.url, [`user:${who}`], undefined, token({ sub: who }));
      await first.events.count(1);
      const { lastEventId } = first;
      first.close();
      await server.sendJson({ channel: `user:${who}`, notification: 'later' });
      if (isRevoked) {
        await api(server, '/api/revoke', { user: who });
      }
      const given = of(who);
      if (join === null) {
        const stream = new EventStream();
        t.after(() => stream.close());
        await stream.connect(server.url, [`user:${who}`], lastEventId, given);
        const events = await stream.events.count(2);
        assert.equal(events[1].data.data, 'later');
        return;
      }
      const response = await get(given, [`user:${who}`], { 'Last-Event-ID': lastEventId });
      assert.equal((await response.json()).code, refused ?? join);
    });
  }

  test('has what is granted, and is told what is not', async t => {
    const stream = new EventStream();
    t.after(() => stream.close());
    const who = user();
    await stream.connect(server.url, ['closed:1', `user:${who}`], undefined, token({ sub: who }));
    const events = await stream.events.count(2);
    assert.deepEqual(events.map(event => event.type), ['refused', 'joined']);
    assert.deepEqual([events[0].data.type, events[0].data.code, events[0].data.channel], ['error', 'forbidden', 'closed:1']);
  });
});

describe('the API explains', () => {
  test('a decision', async () => {
    const closed = await api(server, '/api/access?channel=closed:1&user=42');
    assert.deepEqual(closed, { status: 200, body: { decision: 'forbidden', rule: 'closed', pattern: 'closed:*', step: 'the channel is closed' } });
    const given = await api(server, '/api/access', { channel: 'team:1', token: token({ sub: '42', channels: ['team:*'] }) });
    assert.deepEqual(given, { status: 200, body: { decision: 'allowed', rule: 'token', pattern: null, step: 'the token grants the channel' } });
  });

  test('a refused token', async () => {
    const given = await api(server, '/api/access', { channel: 'team:1', token: 'garbage' });
    assert.equal(given.status, 200);
    assert.equal(given.body.decision, 'bad_token');
  });
});

describe('while it only observes', () => {
  let observing;
  before(async () => (observing = await Server.start(0, {
    NOTIFY_ACCESS: 'token', NOTIFY_ACCESS_MODE: 'observe', NOTIFY_TOKEN_SECRET: SECRET,
  })));
  after(() => observing.stop());

  test('everybody joins, and the server lists who would not', async t => {
    const client = new Client(observing.url, { generation: generations[3], transport: 'websocket' }, { auth: { token: expired({ sub: '1' }) } });
    t.after(() => client.socket.close());
    await client.connects.count(1);
    const answer = await client.ask('join', 'team:1');
    assert.equal(answer.wouldRefuse, 'unauthorized');
    await observing.sendJson({ channel: 'team:1', notification: 1 });
    await client.notifications.count(1);
    const { body } = await api(observing, '/api/observed');
    assert.deepEqual(body.groups.map(({ lastAt, ...group }) => group).sort((a, b) => a.reason < b.reason ? -1 : 1), [
      { pattern: null, reason: 'token_expired', origin: null, transport: 'socketio', count: 1, example: null },
      { pattern: null, reason: 'unauthorized', origin: null, transport: 'socketio', count: 1, example: 'team:1' },
    ]);
  });

  /** Tokens one after the other, and what the answer to each says without the time that is left. */
  const refreshes = who => [
    ['garbage', { user: null, wouldRefuse: 'bad_token' }],
    [token({ sub: who }), { user: who }],
    [expired({ sub: who }), { user: who, wouldRefuse: 'token_expired' }],
    [token({ sub: user() }), { user: who, wouldRefuse: 'other_user' }],
  ];

  for (const generation of generations) {
    test(`${generation.name} is told that a token would be refused, and keeps the one before`, async t => {
      const client = identified.stock(t, observing, generation, undefined);
      await client.connects.count(1);
      let before = 0;
      for (const [given, expected] of refreshes(user())) {
        const { expiresInMs, ...answer } = await client.ask('auth', given);
        assert.deepEqual(answer, expected);
        before = expected.wouldRefuse ? before : 900_000;
        assert.ok(expiresInMs <= before && expiresInMs >= before - 30_000, `${expiresInMs} of ${before} ms are left`);
      }
    });
  }

  test('a plain WebSocket is told that a token would be refused, also that of a join', async t => {
    const client = await PlainClient.open(t, observing);
    const who = user();
    const given = refreshes(who);
    for (const [token] of given) {
      client.send({ type: 'auth', token });
    }
    for (const [token] of [given[0], given[3]]) {
      client.send({ type: 'join', channel: `user:${who}`, token });
    }
    const [, ...answers] = await client.messages.count(given.length + 3);
    assert.deepEqual(answers.slice(0, given.length).map(({ expiresInMs, ...answer }) => answer),
      given.map(([, expected]) => ({ type: 'authed', ...expected })));
    assert.deepEqual(answers.slice(given.length).map(({ type, wouldRefuse }) => ({ type, wouldRefuse })),
      [{ type: 'joined', wouldRefuse: 'bad_token' }, { type: 'joined', wouldRefuse: 'other_user' }]);
  });
});

describe('the cookie', () => {
  const origin = 'https://app.example.com';
  let server;
  before(async () => (server = await Server.start(0, {
    NOTIFY_ACCESS: 'token', NOTIFY_TOKEN_SECRET: SECRET, NOTIFY_TOKEN_COOKIE: '__Host-notify', NOTIFY_ALLOWED_ORIGINS: origin,
  })));
  after(() => server.stop());

  const status = async (headers, cookie = `__Host-notify=${token({ sub: '42' })}`) => {
    const abort = new AbortController();
    const response = await fetch(`${server.url}/events?key=${Server.key}&channel=user:42`, { headers: { cookie, ...headers }, signal: abort.signal });
    abort.abort();
    return response.status;
  };

  test('counts for a listed origin and for a page of this host, and for nobody else', async () => {
    assert.equal(await status({ origin }), 200);
    assert.equal(await status({}), 200);
    assert.equal(await status({ 'sec-fetch-site': 'same-origin' }), 200);
    assert.equal(await status({ 'sec-fetch-site': 'cross-site' }), 401);
    assert.equal(await status({ origin: 'https://evil.example.com' }), 403);
  });

  test('counts once only', async () => {
    assert.equal(await status({}, `__Host-notify=${token({ sub: '42' })}; __Host-notify=${token({ sub: '7' })}`), 401);
  });

  test('never counts for a WebSocket without an origin, nor for JSONP', async t => {
    const cookie = `__Host-notify=${token({ sub: '42' })}`;
    const client = new PlainClient(server.url, { headers: { cookie } });
    t.after(() => client.socket.terminate());
    assert.equal('user' in (await client.messages.count(1))[0], false);
    const page = new PlainClient(server.url, { headers: { cookie }, origin });
    t.after(() => page.socket.terminate());
    assert.equal((await page.messages.count(1))[0].user, '42');
    const jsonp = await fetch(`${server.url}/socket.io/?EIO=3&transport=polling&j=0&notificationKey=${Server.key}`, { headers: { cookie: `__Host-notify=garbage` } });
    const sid = /sid\\?":\\?"([\w-]+)/.exec(await jsonp.text())[1];
    const second = await fetch(`${server.url}/socket.io/?EIO=3&transport=polling&j=1&sid=${sid}&notificationKey=${Server.key}`);
    assert.match(await within(60_000, 'the second poll', second.text()), /40/);
  });
});

// Five of them wait for the same ten seconds.
describe('limits of users', { concurrency: true }, () => {
  let limited;
  before(async () => (limited = await Server.start(0, {
    NOTIFY_ACCESS: 'token', NOTIFY_TOKEN_SECRET: SECRET, NOTIFY_MAX_CONNECTIONS_PER_USER: '2', NOTIFY_REQUIRE_TOKEN: '1', NOTIFY_MAX_JOINS: '2',
  })));
  after(() => limited.stop());

  const plain = (t, given) => {
    const client = new PlainClient(limited.url, { key: `${Server.key}${given ? `&token=${given}` : ''}` });
    t.after(() => client.socket.terminate());
    return client;
  };

  test('a user has so many connections, and another one when one has gone', async t => {
    const given = token({ sub: user() });
    const [first, second] = [plain(t, given), plain(t, given)];
    await first.messages.count(1);
    await second.messages.count(1);
    const third = plain(t, given);
    assert.equal((await third.messages.count(1))[0].code, 'limit');
    assert.equal((await third.closed).code, 4010);
    first.socket.close();
    await first.closed;
    for (let isIn = false; !isIn; await delay(50)) {
      isIn = (await plain(t, given).messages.count(1))[0].type === 'welcome';
    }
  });

  test('a connection joins as many granted channels as one may', async t => {
    const client = plain(t, token({ sub: user(), channels: ['team:*'] }));
    await client.messages.count(1);
    for (let i = 0; i < 3; i++) {
      client.send({ type: 'join', channel: `team:${i}`, id: i });
    }
    const answers = (await client.messages.count(4)).slice(1).sort((a, b) => a.id - b.id);
    assert.deepEqual(answers.map(message => message.code ?? message.type), ['joined', 'joined', 'limit']);
    assert.match(answers[2].message, /as many channels as one may/);
    client.send({ type: 'leave', channel: 'team:0', id: 3 });
    client.send({ type: 'join', channel: 'team:2', id: 4 });
    // Channels are not ordered among each other.
    const later = (await client.messages.count(6)).slice(4).sort((a, b) => a.id - b.id);
    assert.deepEqual(later.map(message => message.type), ['left', 'joined']);
  });

  for (const generation of generations) {
    test(`${generation.name} without a token is ended after ten seconds, for good`, async t => {
      const client = new Client(limited.url, { generation, transport: 'websocket' });
      t.after(() => client.socket.close());
      const refused = new Inbox();
      client.socket.on('REFUSED', given => refused.push(given));
      assert.equal((await refused.count(1))[0].error, 'unauthorized');
      assert.deepEqual(await client.disconnects.count(1), ['io server disconnect']);
    });
  }

  test('a JSON WebSocket without a token is ended after ten seconds', async t => {
    const client = plain(t);
    assert.equal((await client.messages.count(2))[1].code, 'unauthorized');
    assert.equal((await client.closed).code, 4502);
  });

  test('an event stream without a token does not begin', async () => {
    const response = await fetch(`${limited.url}/events?key=${Server.key}&channel=c`);
    assert.deepEqual([response.status, (await response.json()).code], [401, 'unauthorized']);
  });
});
