import assert from 'node:assert/strict';
import { createHmac, generateKeyPairSync, sign } from 'node:crypto';
import { createServer } from 'node:http';
import { after, before, describe, test } from 'node:test';
import { Client, generations } from '../lib/client.js';
import { EventStream } from '../lib/events.js';
import { PlainClient } from '../lib/plain.js';
import { Server } from '../lib/server.js';
import { SECRET, token, user } from '../lib/tokens.js';

const ORIGIN = 'https://app.example.com';
const SIGNING = 'C2FVsBQIhrscChlQIMV+b5sSYspob7oD';

/** How the backend answers about a channel, by the beginning of its name. */
const answers = { yes: 200, no: 403, who: 401, broken: 500 };

/** What a client is told. */
const outcomes = { yes: null, no: 'forbidden', who: 'unauthorized', broken: 'unavailable', hang: 'unavailable' };

/** A backend that is asked, and what it was asked. */
class Backend {
  asked = [];

  static async start(decide) {
    const backend = new Backend();
    backend.server = createServer(async (request, response) => {
      let body = '';
      for await (const part of request.setEncoding('utf8')) {
        body += part;
      }
      const signed = `${request.headers['webhook-id']}.${request.headers['webhook-timestamp']}.${body}`;
      const signature = `v1,${createHmac('sha256', Buffer.from(SIGNING, 'base64')).update(signed).digest('base64')}`;
      const question = JSON.parse(body);
      backend.asked.push(question);
      const status = request.headers['webhook-signature'] === signature ? decide(question, request.headers) : 400;
      if (status !== undefined) {
        response.writeHead(status).end();
      }
    });
    await new Promise(resolve => backend.server.listen(0, '127.0.0.1', resolve));
    return backend;
  }

  get url() {
    return `http://127.0.0.1:${this.server.address().port}/authorize`;
  }

  about(channel) {
    return this.asked.filter(question => question.channel === channel);
  }

  stop() {
    this.server.closeAllConnections();
    return new Promise(resolve => this.server.close(resolve));
  }
}

const settings = backend => ({
  NOTIFY_ACCESS: 'ask,news:*=open',
  NOTIFY_AUTHORIZE_URL: backend.url,
  NOTIFY_AUTHORIZE_SECRET: `whsec_${SIGNING}`,
  // Also a busy machine has the backend answer in time.
  NOTIFY_AUTHORIZE_TIMEOUT: '6s',
});

let count = 0;
const named = kind => `${kind}:${++count}`;

const stock = [generations[3], generations[0]];
const open = (t, server, generation, options) =>
  Client.open(t, server.url, { generation, transport: 'websocket' }, options);
const carrying = (generation, given) => generation.major >= 3
  ? { auth: { token: given } }
  : { query: `notificationKey=${Server.key}&token=${given}` };

// Those that the backend does not answer wait together.
describe('a backend that is asked', { concurrency: true }, () => {
  let backend;
  let server;
  before(async () => {
    backend = await Backend.start(({ channel }) => answers[channel.split(':')[0]]);
    server = await Server.start(0, { ...settings(backend), NOTIFY_TOKEN_SECRET: SECRET });
  });
  after(async () => {
    await server.stop();
    await backend.stop();
  });

  for (const generation of stock) {
    describe(generation.name, () => {
      for (const [kind, outcome] of Object.entries(outcomes)) {
        test(`${kind}: ${outcome ?? 'joined'}`, async t => {
          const who = user();
          const client = await open(t, server, generation, carrying(generation, token({ sub: who, sid: 's1' })));
          const name = named(kind);
          assert.equal((await client.ask('join', name)).error ?? null, outcome);
          const [question] = backend.about(name);
          assert.deepEqual(question, {
            type: 'join', channel: name, user: who, session: 's1', connection: client.socket.id, transport: 'socketio',
            address: '127.0.0.1', origin: null,
          });
          await server.sendJson({ channel: name, notification: 'asked' });
          const end = named('news');
          await client.join(end);
          await client.notifications.only(outcome === null ? ['asked'] : [], () => server.sendJson({ channel: end, notification: 'end' }));
        });
      }

      test('another join passes one that waits for the backend', async t => {
        const client = await open(t, server, generation, carrying(generation, token({ sub: user() })));
        const order = [];
        const join = kind => client.ask('join', named(kind)).then(answer => order.push([kind, answer.error ?? null]));
        await Promise.all([join('hang'), join('yes'), join('news')]);
        assert.deepEqual(order.at(-1), ['hang', 'unavailable']);
        assert.deepEqual(order.slice(0, 2).sort(), [['news', null], ['yes', null]]);
      });

      test('is not asked about what a token grants, nor about nobody, nor again', async t => {
        const who = user();
        const [granted, again, nobody] = [named('no'), named('yes'), named('yes')];
        const given = carrying(generation, token({ sub: who, channels: [granted] }));
        const client = await open(t, server, generation, given);
        await client.join(granted, `user:${who}`, again);
        await (await open(t, server, generation, given)).join(again);
        const stranger = await open(t, server, generation);
        assert.equal((await stranger.ask('join', nobody)).error, 'unauthorized');
        assert.deepEqual([granted, `user:${who}`, nobody, again].map(name => backend.about(name).length), [0, 0, 0, 1]);
      });
    });
  }

  describe('JSON WebSocket', () => {
    const plain = (t, given) => PlainClient.open(t, server, { key: `${Server.key}&token=${given}` });

    for (const [kind, outcome] of Object.entries(outcomes)) {
      test(`${kind}: ${outcome ?? 'joined'}`, async t => {
        const client = await plain(t, token({ sub: user() }));
        const name = named(kind);
        const answer = await client.join(name);
        assert.deepEqual([answer.type, answer.code ?? null, answer.channel], [outcome ? 'error' : 'joined', outcome, name]);
        assert.equal(backend.about(name)[0].transport, 'websocket');
      });
    }

    test('another join passes one that waits for the backend', async t => {
      const client = await plain(t, token({ sub: user() }));
      const [hang, yes] = [named('hang'), named('yes')];
      client.send({ type: 'join', channel: hang });
      client.send({ type: 'join', channel: yes });
      const [, first, second] = await client.messages.count(3);
      assert.deepEqual([first.type, first.channel], ['joined', yes]);
      assert.deepEqual([second.code, second.channel], ['unavailable', hang]);
    });
  });

  describe('event stream', () => {
    for (const [kind, status] of Object.entries({ no: 403, who: 401 })) {
      test(`${kind}: ${status}`, async () => {
        const name = named(kind);
        const query = new URLSearchParams({ key: Server.key, token: token({ sub: user() }), channel: name });
        const response = await fetch(`${server.url}/events?${query}`, { signal: AbortSignal.timeout(60_000) });
        assert.deepEqual([response.status, (await response.json()).code], [status, outcomes[kind]]);
        assert.equal(backend.about(name)[0].transport, 'events');
      });
    }

    for (const kind of ['broken', 'hang']) {
      test(`${kind}: has to come back`, async t => {
        const stream = new EventStream();
        t.after(() => stream.close());
        await stream.connect(server.url, [named(kind)], undefined, token({ sub: user() }));
        assert.equal(await stream.ended, 'ended');
        assert.ok(stream.retry > 0);
        assert.deepEqual(stream.events.items, []);
      });
    }

    test('yes: joined, and told what it may not have', async t => {
      const stream = new EventStream();
      t.after(() => stream.close());
      const [yes, no] = [named('yes'), named('no')];
      await stream.connect(server.url, [yes, no], undefined, token({ sub: user() }));
      const events = await stream.events.count(2);
      assert.deepEqual(events.map(event => [event.type, event.data.channel]).sort(), [['joined', yes], ['refused', no]]);
      await server.sendJson({ channel: yes, notification: 'asked' });
      assert.equal((await stream.events.count(3))[2].data.data, 'asked');
    });
  });
});

describe('a backend that knows its cookie', () => {
  let backend;
  let server;
  before(async () => {
    backend = await Backend.start((_, { cookie }) => ({ 'PHPSESSID=good': 204, 'PHPSESSID=other': 403 })[cookie] ?? 401);
    server = await Server.start(0, { ...settings(backend), NOTIFY_AUTHORIZE_HEADERS: 'Cookie', NOTIFY_ALLOWED_ORIGINS: ORIGIN });
  });
  after(async () => {
    await server.stop();
    await backend.stop();
  });

  const cookies = { 'PHPSESSID=good': null, 'PHPSESSID=other': 'forbidden', 'PHPSESSID=old': 'unauthorized' };

  for (const [cookie, outcome] of Object.entries(cookies)) {
    for (const generation of stock) {
      test(`${generation.name} with ${cookie}: ${outcome ?? 'joined'}`, async t => {
        const client = await open(t, server, generation, { extraHeaders: { Cookie: cookie, Origin: ORIGIN } });
        const name = named('page');
        assert.equal((await client.ask('join', name)).error ?? null, outcome);
        assert.deepEqual(backend.about(name).map(({ user, session, origin }) => [user, session, origin]), [[null, null, ORIGIN]]);
      });
    }

    test(`JSON WebSocket with ${cookie}: ${outcome ?? 'joined'}`, async t => {
      const client = await PlainClient.open(t, server, { headers: { cookie }, origin: ORIGIN });
      assert.equal((await client.join(named('page'))).code ?? null, outcome);
    });

    test(`event stream with ${cookie}: ${outcome ?? 'joined'}`, async () => {
      const abort = new AbortController();
      const response = await fetch(`${server.url}/events?key=${Server.key}&channel=${named('page')}`, {
        headers: { cookie, origin: ORIGIN }, signal: abort.signal,
      });
      assert.equal(response.status, { forbidden: 403, unauthorized: 401 }[outcome] ?? 200);
      abort.abort();
    });
  }

  test('an answer for one cookie is not for another one about the same channel', async t => {
    const name = named('page');
    const join = async cookie =>
      (await (await PlainClient.open(t, server, { headers: { cookie }, origin: ORIGIN })).join(name)).code ?? null;
    assert.deepEqual([await join('PHPSESSID=good'), await join('PHPSESSID=other'), await join('PHPSESSID=good')], [null, 'forbidden', null]);
    assert.equal(backend.about(name).length, 2);
  });

  test('the cookie of a request that another website may have caused is not repeated', async t => {
    const name = named('page');
    const headers = { cookie: 'PHPSESSID=good' };
    const plain = await PlainClient.open(t, server, { headers });
    assert.equal((await plain.join(name)).code, 'unauthorized');
    const url = `${server.url}/events?key=${Server.key}&channel=${name}`;
    assert.equal((await fetch(url, { headers: { ...headers, 'sec-fetch-site': 'cross-site' } })).status, 401);
    assert.equal((await fetch(url, { headers: { ...headers, origin: 'https://evil.example.com' } })).status, 403);
    assert.deepEqual(backend.about(name), []);
  });

  test('the cookie of JSONP, which a script element of any website can read, is not repeated', async () => {
    const name = named('page');
    const ask = async (query, body) => {
      const response = await fetch(`${server.url}/socket.io/?EIO=3&transport=polling&notificationKey=${Server.key}&${query}`, {
        method: body ? 'POST' : 'GET',
        headers: { cookie: 'PHPSESSID=good', ...body ? { 'content-type': 'application/x-www-form-urlencoded' } : {} },
        body: body && new URLSearchParams({ d: body }),
        signal: AbortSignal.timeout(60_000),
      });
      return response.text();
    };
    const [, sid] = /sid\\?":\\?"([\w-]+)/.exec(await ask('j=0'));
    const packet = `421["join","${name}"]`;
    await ask(`j=1&sid=${sid}`, `${packet.length}:${packet}`);
    let polled = '';
    while (!polled.includes('431[')) {
      polled += await ask(`j=2&sid=${sid}`);
    }
    assert.match(polled, /unauthorized/);
    assert.deepEqual(backend.about(name), []);
  });
});

describe('a backend that is told the language of a client', () => {
  let backend, server;
  before(async () => {
    backend = await Backend.start(({ channel }) => answers[channel.split(':')[0]]);
    server = await Server.start(0, { ...settings(backend), NOTIFY_TOKEN_SECRET: SECRET, NOTIFY_AUTHORIZE_HEADERS: 'User-Agent,Accept-Language' });
  });
  after(async () => {
    await server.stop();
    await backend.stop();
  });

  test('is asked about a user, and not about nobody, whom a language does not identify', async t => {
    const client = new PlainClient(server.url, { headers: { 'accept-language': 'de' } });
    t.after(() => client.socket.terminate());
    await client.messages.count(1);
    client.send({ type: 'join', channel: 'yes:1', id: 1 });
    assert.equal((await client.messages.count(2))[1].code, 'unauthorized');
    assert.deepEqual(backend.asked, []);
    client.send({ type: 'auth', token: token({ sub: user() }) });
    client.send({ type: 'join', channel: 'yes:1', id: 2 });
    assert.deepEqual((await client.messages.count(4)).slice(2).map(message => message.type), ['authed', 'joined']);
    assert.equal(backend.about('yes:1').length, 1);
  });
});

test('the proxy of the environment hears neither questions nor requests for keys', async t => {
  const heard = [];
  const proxy = createServer((request, response) => {
    heard.push(`${request.method} ${request.url}`);
    response.writeHead(502).end();
  });
  proxy.on('connect', (request, socket) => {
    heard.push(`CONNECT ${request.url}`);
    socket.destroy();
  });
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const keys = createServer((_, response) => response.end(JSON.stringify({ keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'k', alg: 'ES256' }] })));
  for (const each of [proxy, keys]) {
    await new Promise(resolve => each.listen(0, '127.0.0.1', resolve));
    t.after(() => each.close());
  }
  const backend = await Backend.start(() => 200);
  t.after(() => backend.stop());
  const url = each => `http://127.0.0.1:${each.address().port}`;
  const names = ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY', 'http_proxy', 'https_proxy', 'all_proxy'];
  const server = await Server.start(0, {
    ...settings(backend),
    ...Object.fromEntries(names.map(name => [name, url(proxy)])),
    NO_PROXY: '',
    no_proxy: '',
    NOTIFY_TOKEN_JWKS: url(keys),
    NOTIFY_TOKEN_AUDIENCE: 'notify',
  });
  t.after(() => server.stop());

  // The token shows that the keys were read, and the join that the backend was asked.
  const encode = value => Buffer.from(JSON.stringify(value)).toString('base64url');
  const body = `${encode({ alg: 'ES256', kid: 'k' })}.${encode({ sub: '42', aud: 'notify', exp: Math.floor(Date.now() / 1000) + 900 })}`;
  const given = `${body}.${sign('sha256', Buffer.from(body), { key: privateKey, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`;
  const client = await open(t, server, generations[3], carrying(generations[3], given));
  await client.join('order:7');
  assert.deepEqual(backend.asked.map(({ channel, user }) => ({ channel, user })), [{ channel: 'order:7', user: '42' }]);
  assert.deepEqual(heard, []);
});
