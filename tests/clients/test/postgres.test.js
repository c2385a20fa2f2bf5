import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { Postgres } from '../lib/postgres.js';
import { Server } from '../lib/server.js';
import { CHANNELS, ROUNDS, SENDERS, check, storms } from '../lib/kills.js';
import { until, within } from '../lib/within.js';

test(`a server that is killed in a storm of sends to PostgreSQL loses, doubles and reorders nothing that it answered, ${ROUNDS} times`, { timeout: 600_000 }, async t => {
  await storms(t, (await Postgres.start(t)).store);
});

test('PostgreSQL that is stopped and started under load: 503 with Retry-After while it is away, and everything that was answered is there', { timeout: 600_000 }, async t => {
  const postgres = await Postgres.start(t);
  const server = await Server.start(0, { NOTIFY_STORE: postgres.store, NOTIFY_HISTORY_SIZE: '100000', NOTIFY_SEND_TIMEOUT: '1s' });
  t.after(() => server.kill());
  const sent = [];
  const refused = [];
  let isOver = false;
  const senders = Array.from({ length: SENDERS }, async (_, sender) => {
    for (let n = 0; !isOver; n++) {
      const channel = CHANNELS[(sender + n) % CHANNELS.length];
      const entry = { channel, sender, id: `${sender}.${n}`, isAnswered: false };
      sent.push(entry);
      const answer = await server.post({ channel, notification: entry.id });
      entry.isAnswered = answer.status === 200;
      if (!entry.isAnswered) {
        refused.push(answer);
        await new Promise(resolve => setTimeout(resolve, 20));
      }
    }
  });
  const answers = async count => {
    const enough = sent.filter(each => each.isAnswered).length + count;
    await within(60_000, 'sends are answered 200', until(() => sent.filter(each => each.isAnswered).length >= enough), () => server.log);
  };

  const epochs = {};
  for (let round = 1; round <= 3; round++) {
    await answers(300);
    const before = refused.length;
    await postgres.stop();
    await within(60_000, 'sends are refused', until(() => refused.length >= before + SENDERS), () => server.log);
    const health = await within(60_000, 'the store is named', (async () => {
      for (;;) {
        const answer = await (await fetch(`${server.url}/health/ready`)).json();
        if (answer.status !== 'ok') {
          return answer;
        }
        await delay(20);
      }
    })());
    assert.equal(health.status, 'degraded');
    assert.deepEqual(health.reasons.map(reason => reason.part), ['store']);
    assert.doesNotMatch(health.reasons[0].message, /unused/);
    await postgres.start();
    await answers(300);
    assert.deepEqual(await (await fetch(`${server.url}/health/ready`)).json(), { status: 'ok', reasons: [] });
  }
  isOver = true;
  await Promise.all(senders);

  assert.deepEqual(refused.filter(answer => answer.status !== 503 || !(Number(answer.retryAfter) > 0)), []);
  await check(t, server, sent, epochs, 0);
  assert.equal(server.log.match(/store .* does not work: /g).length, 3, server.log);
  assert.doesNotMatch(server.log, /unused/);
  t.diagnostic(`${sent.filter(each => each.isAnswered).length} sends answered 200, ${refused.length} answered 503`);
});
