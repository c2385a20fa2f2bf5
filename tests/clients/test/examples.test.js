import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { channel } from '../lib/channel.js';
import { PlainClient } from '../lib/plain.js';
import { lastingPort } from '../lib/ports.js';
import { Server } from '../lib/server.js';

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

function run(command, environment) {
  return new Promise(resolve => {
    const options = { env: { ...process.env, LANG: 'C.UTF-8', DOTNET_CLI_TELEMETRY_OPTOUT: '1', DOTNET_NOLOGO: '1', ...environment }, timeout: 120_000 };
    execFile(command[0], command.slice(1), options, (error, stdout, stderr) => resolve({ code: error ? error.code ?? error.signal : 0, stdout, stderr }));
  });
}

for (const [file, ...program] of [['send.php', 'php'], ['send.mjs', 'node'], ['send.py', 'python3'], ['send.rb', 'ruby'], ['send.cs', 'dotnet', 'run']]) {
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
