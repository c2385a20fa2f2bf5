import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { lastingPort } from '../lib/ports.js';
import { run } from '../lib/run.js';
import { assembly } from '../lib/server.js';
import { within } from '../lib/within.js';

const script = fileURLToPath(new URL('../lib/read-only.sh', import.meta.url));
const dockerfile = readFileSync(new URL('../../../Dockerfile', import.meta.url), 'utf8');

test('the image needs no shell, and its only volume is where the database is', () => {
  const last = dockerfile.split(/^FROM /m).at(-1);
  assert.doesNotMatch(last, /^RUN /m);
  assert.match(last, /^WORKDIR \/$/m);
  assert.deepEqual([...last.matchAll(/^VOLUME (.*)$/gm)].map(match => match[1]), ['/data']);
  assert.match(last, /^ENTRYPOINT \["dotnet", "\/app\/Notify\.Server\.dll"\]$/m);
  assert.match(last, /^HEALTHCHECK .* CMD \["dotnet", "\/app\/Notify\.Server\.dll", "health"\]$/m);
});

test('the server runs as another user and writes only to its volume', async t => {
  const folder = mkdtempSync(join(tmpdir(), 'notify-read-only-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const [root, data, program] = ['root', 'data', 'program'].map(name => join(folder, name));
  [root, data].forEach(path => mkdirSync(path));
  cpSync(dirname(assembly()), program, { recursive: true });
  await run(['chmod', '-R', 'a+rX', folder], {});
  const settings = { PORT: String(await lastingPort()), NOTIFY_HOST: '127.0.0.1', NOTIFY_STORE: 'sqlite:/mnt/notify.db' };
  const { DOTNET_ROOT } = process.env;
  const env = { PATH: process.env.PATH, ...(DOTNET_ROOT ? { DOTNET_ROOT } : {}), ...settings };
  const dll = join(program, 'Notify.Server.dll');
  const child = spawn('unshare', ['-m', 'sh', script, root, data, 'dotnet', dll], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let log = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', text => (log += text));
  }
  const closed = new Promise(resolve => child.once('close', resolve));
  t.after(() => child.kill('SIGKILL'));
  await within(60_000, 'the server is ready', (async () => {
    while (!log.includes(' is ready.')) {
      await Promise.race([new Promise(resolve => child.stdout.once('data', resolve)), closed.then(code => assert.fail(`ended with ${code}`))]);
    }
  })(), () => log);

  const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
  assert.match(status, /^Uid:\t1654\t1654\t1654\t1654$/m);
  assert.throws(() => mkdirSync(`/proc/${child.pid}/root/tmp/written`), { code: 'EROFS' });
  const answer = await fetch(`http://127.0.0.1:${settings.PORT}/send`, {
    method: 'POST',
    headers: { 'notification-secret': 'NOTIFICATION_SECRET', 'content-type': 'application/json' },
    body: '{"channel":"c","notification":1}',
  });
  assert.equal(answer.status, 200, log);
  assert.ok(readdirSync(data).includes('notify.db'));
  assert.equal(statSync(join(data, 'notify.db')).uid, 1654);
  const health = await run(['dotnet', dll, 'health'], settings);
  assert.deepEqual(health, { code: 0, stdout: '', stderr: '' });

  child.kill('SIGTERM');
  assert.equal(await within(60_000, 'the server exits', closed), 0, log);
});
