import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { copyFileSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { PlainClient } from '../lib/plain.js';
import { run } from '../lib/run.js';
import { Server } from '../lib/server.js';
import { SECRET } from '../lib/tokens.js';
import { within } from '../lib/within.js';

const examples = fileURLToPath(new URL('../../../config/examples/tokens/', import.meta.url));

let server, folder;
before(async () => {
  // Outside of the repository, as a team has it.
  folder = mkdtempSync(join(tmpdir(), 'notify-tokens-'));
  readdirSync(examples).forEach(file => copyFileSync(join(examples, file), join(folder, file)));
  server = await Server.start(0, { NOTIFY_ACCESS: 'token', NOTIFY_TOKEN_SECRET: SECRET });
});
after(async () => {
  rmSync(folder, { recursive: true });
  await server.stop();
});

const claimsOf = token => JSON.parse(Buffer.from(token.split('.')[1], 'base64url'));

/** Joins channels with a token, and tells what each of them was answered. */
async function joins(t, token, ...channels) {
  const client = await PlainClient.open(t, server, { key: `${Server.key}&token=${token}` });
  assert.equal(client.messages.items[0].user, '42');
  const answers = [];
  for (const channel of channels) {
    const answer = await client.join(channel);
    answers.push(answer.type === 'error' ? answer.code : answer.type);
  }
  return answers;
}

const makers = [
  ['notify_token.php', 'php'], ['notify_token.mjs', 'node'], ['notify_token.py', 'python3'], ['notify_token.rb', 'ruby'],
  ['notify_token.cs', 'dotnet', 'run'],
];
for (const [file, ...program] of makers) {
  test(`${file} makes a token with which its user joins what is granted, and nothing else`, async t => {
    const command = [...program, join(folder, file)];
    const made = await run([...command, '42', 'team:*', 'Grüße "\'#{x} 😀'], { NOTIFY_TOKEN_SECRET: SECRET });
    assert.equal(made.code, 0, made.stderr);
    assert.equal(made.stderr, '');
    const token = made.stdout.trimEnd();
    assert.match(token, /^[\w-]+\.[\w-]+\.[\w-]+$/);

    const { iat, exp, ...claims } = claimsOf(token);
    assert.deepEqual(claims, { sub: '42', channels: ['team:*', 'Grüße "\'#{x} 😀'] });
    assert.equal(exp - iat, 900);
    assert.ok(Math.abs(iat - Date.now() / 1000) < 60);
    assert.deepEqual(Buffer.from(token.split('.')[0], 'base64url').toString(), '{"alg":"HS256","typ":"JWT"}');
    assert.deepEqual(
      await joins(t, token, 'user:42', 'team:7', 'Grüße "\'#{x} 😀', 'user:43', 'news'),
      ['joined', 'joined', 'joined', 'forbidden', 'forbidden']);

    const none = await run([...command, '42'], { NOTIFY_TOKEN_SECRET: SECRET });
    assert.deepEqual(claimsOf(none.stdout).channels, []);
    assert.deepEqual(await joins(t, none.stdout.trimEnd(), 'user:42', 'team:7'), ['joined', 'forbidden']);

    assert.deepEqual(await run([...command, '42'], { NOTIFY_TOKEN_SECRET: '' }), {
      code: 1, stdout: '', stderr: 'no token: NOTIFY_TOKEN_SECRET or the user is not set\n',
    });
  });
}

test('token.php answers a signed-in user with a token, and nobody else', async t => {
  writeFileSync(join(folder, 'login.php'), '<?php session_start(); $_SESSION["user"] = "42";');
  const url = await serve(t);
  const stranger = await fetch(`${url}/token.php`);
  assert.deepEqual([stranger.status, await stranger.text()], [401, '']);

  const login = await fetch(`${url}/login.php`);
  const cookie = login.headers.get('set-cookie').split(';')[0];
  const answer = await fetch(`${url}/token.php`, { headers: { cookie } });
  assert.deepEqual([answer.status, answer.headers.get('cache-control')], [200, 'no-store']);
  assert.deepEqual(await joins(t, await answer.text(), 'user:42', 'news', 'user:43'), ['joined', 'joined', 'forbidden']);
});

/** Serves the folder with PHP; it ends with the test. */
async function serve(t) {
  const child = spawn('php', ['-d', `session.save_path=${folder}`, '-S', '127.0.0.1:0', '-t', folder], {
    env: { ...process.env, NOTIFY_TOKEN_SECRET: SECRET }, stdio: ['ignore', 'ignore', 'pipe'],
  });
  t.after(() => child.kill('SIGKILL'));
  let said = '';
  const url = new Promise((resolve, reject) => {
    child.stderr.setEncoding('utf8').on('data', text => {
      said += text;
      const started = /\((http:\/\/127\.0\.0\.1:\d+)\) started/.exec(said);
      if (started) resolve(started[1]);
    });
    child.once('error', reject);
  });
  return within(60_000, 'PHP listens', url, () => said);
}
