import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { channel } from '../lib/channel.js';
import { PlainClient } from '../lib/plain.js';
import { lastingPort } from '../lib/ports.js';
import { run } from '../lib/run.js';
import { Server } from '../lib/server.js';
import { within } from '../lib/within.js';

const examples = fileURLToPath(new URL('../../../config/examples/', import.meta.url));
const notification = { title: 'Grüße: é € 😀 <b>', unread: 3 };

let server, folder;
before(async () => {
  // Outside of the repository, as a team has it.
  folder = mkdtempSync(join(tmpdir(), 'notify-examples-'));
  server = await Server.start();
});
after(async () => {
  rmSync(folder, { recursive: true });
  await server.stop();
});

const senders = [['send.php', 'php'], ['send.mjs', 'node'], ['send.py', 'python3'], ['send.rb', 'ruby'], ['send.cs', 'dotnet', 'run']];
for (const [file, ...program] of senders) {
  test(`${file} sends, and says what went wrong`, async t => {
    const path = join(folder, file);
    copyFileSync(join(examples, file), path);
    const name = channel('examples "\'#{x}');
    const client = await PlainClient.open(t, server);
    await client.join(name);
    const command = [...program, path, name, JSON.stringify(notification)];

    const sent = await run(command, { NOTIFY_URL: server.url, NOTIFICATION_SECRET: 'NOTIFICATION_SECRET' });
    assert.deepEqual(sent, { code: 0, stdout: `sent to ${name}\n`, stderr: '' });
    await client.messages.count(3);
    assert.deepEqual(client.data, [notification]);

    const refused = await run(command, { NOTIFY_URL: server.url, NOTIFICATION_SECRET: 'wrong' });
    assert.equal(refused.code, 1);
    assert.match(refused.stderr, /^not sent: 401 "invalid notification secret"/);

    const unreachable = await run(command, { NOTIFY_URL: `http://127.0.0.1:${await lastingPort()}`, NOTIFICATION_SECRET: 'wrong' });
    assert.equal(unreachable.code, 1);
    assert.match(unreachable.stderr, /^not sent: .*refused/im);
  });
}

test('send.cs can be run where it stands in the repository', async t => {
  const name = channel('examples');
  const client = await PlainClient.open(t, server);
  await client.join(name);
  const sent = await run(
    ['dotnet', 'run', join(examples, 'send.cs'), name, JSON.stringify(notification)],
    { NOTIFY_URL: server.url, NOTIFICATION_SECRET: 'NOTIFICATION_SECRET' });
  assert.deepEqual(sent, { code: 0, stdout: `sent to ${name}\n`, stderr: '' });
  await client.messages.count(3);
});

test('listen.cs reconnects, and continues where it was', async t => {
  const port = await lastingPort();
  const name = channel('examples');
  const position = join(folder, 'position.json');
  const environment = { NOTIFY_STORE: `sqlite:${join(folder, 'listen.db')}`, NOTIFY_DRAIN: '100ms' };
  let own = await Server.start(port, environment);
  t.after(() => own.kill());
  let listener = listen(t, own.url, name, position);
  await listener.says(`listening to ${name} after offset 0\n`);
  await own.sendJson({ channel: name, notification });
  await listener.prints([notification]);

  // The server goes and comes back.
  await own.stop();
  own = await Server.start(port, environment);
  await own.sendJson({ channel: name, notification: 2 });
  await listener.prints([notification, 2]);

  // The listener goes and comes back. It stores its position after it has printed a line.
  await within(60_000, 'the listener stores its position', (async () => {
    while (JSON.parse(readFileSync(position, 'utf8')).offset !== 2) {
      await new Promise(resolve => setTimeout(resolve, 10));
    }
  })());
  await listener.kill();
  await own.sendJson({ channel: name, notification: { three: 3 } });
  listener = listen(t, own.url, name, position);
  await listener.prints([{ three: 3 }]);
  await listener.kill();
});

test('listen.cs gives up when the key is wrong', async () => {
  const refused = await run(['dotnet', 'run', join(examples, 'listen.cs'), 'news'], { NOTIFY_URL: server.url, NOTIFICATION_KEY: 'wrong' });
  assert.deepEqual(refused, { code: 1, stdout: '', stderr: 'closed: 4501 bad key\n' });
});

/** Runs the listener; its processes end with the test. */
function listen(t, url, name, position) {
  const child = spawn('dotnet', ['run', join(examples, 'listen.cs'), name, position], {
    env: { ...process.env, DOTNET_CLI_TELEMETRY_OPTOUT: '1', DOTNET_NOLOGO: '1', NOTIFY_URL: url, NOTIFICATION_KEY: Server.key },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const closed = new Promise(resolve => child.once('close', resolve));
  const text = { stdout: '', stderr: '' };
  let heard = () => {};
  for (const stream of ['stdout', 'stderr']) {
    child[stream].setEncoding('utf8').on('data', data => {
      text[stream] += data;
      heard();
    });
  }

  const until = (what, condition) => within(120_000, what, new Promise(resolve => {
    heard = () => condition() && resolve();
    heard();
  }), () => JSON.stringify(text));
  const kill = async () => {
    // The program is a child of dotnet run.
    try {
      process.kill(-child.pid, 'SIGKILL');
    } catch (error) {
      if (error.code !== 'ESRCH') throw error;
    }
    await closed;
  };
  t.after(kill);
  return {
    kill,
    says: line => until(`the listener says ${line}`, () => text.stderr.includes(line)),
    prints: async values => {
      await until(`the listener prints ${values.length} lines`, () => text.stdout.split('\n').length > values.length);
      assert.deepEqual(text.stdout.trimEnd().split('\n').map(line => JSON.parse(line)), values);
    },
  };
}
