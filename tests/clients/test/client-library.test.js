import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { run } from '../lib/run.js';
import { Server } from '../lib/server.js';
import { within } from '../lib/within.js';

const project = fileURLToPath(new URL('../../../src/Notify.Client/', import.meta.url));
const blocks = [...readFileSync(join(project, 'README.md'), 'utf8').matchAll(/```csharp\n([^]*?)```/g)].map(match => match[1]);

let server, folder;
before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'notify-client-'));
  server = await Server.start();
});
after(async () => {
  rmSync(folder, { recursive: true });
  await server.stop();
});

/** Writes an example of the page as a program of its own. Where it has an address, it has that of the server of the test. */
function program(text) {
  const path = join(mkdtempSync(join(folder, 'example-')), 'example.cs');
  assert.ok(text.includes('http://localhost:3000'));
  writeFileSync(path, `#:property PublishAot=false\n#:project ${project}\n${text.replaceAll('http://localhost:3000', server.url)}`);
  return path;
}

const listeners = async channel => {
  const answer = await fetch(`${server.url}/api/channel?name=${channel}`, { headers: { 'notification-secret': 'NOTIFICATION_SECRET' } });
  return (await answer.json()).subscribers;
};

const examples = {
  send: blocks.filter(block => block.includes('new NotifySender')),
  listen: blocks.filter(block => block.includes('ListenAsync')),
  services: blocks.filter(block => block.includes('AddNotifyClient')),
};

test('every example of the page is run here', () => {
  assert.deepEqual([1, 2, 1], [examples.send.length, examples.listen.length, examples.services.length]);
  assert.equal(blocks.length, 4);
});

test('the example of a sender sends', async () => {
  assert.deepEqual(await run(['dotnet', 'run', program(examples.send[0])], {}), { code: 0, stdout: 'news 1\n', stderr: '' });
});

test('the example with services sends', async () => {
  assert.deepEqual(await run(['dotnet', 'run', program(examples.services[0])], {}), { code: 0, stdout: '', stderr: '' });
});

for (const index of [0, 1]) {
  test(`example ${index + 1} of a listener prints what arrives`, async t => {
    // The listener of the first one is gone for the server too, which would otherwise take it for the second.
    await within(60_000, 'nobody listens', (async () => {
      while (await listeners('news') === 1) {
        await new Promise(resolve => setTimeout(resolve, 50));
      }
    })());
    // The second one begins with the oldest notification.
    const child = spawn('dotnet', ['run', program(examples.listen[index])], { env: process.env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    const closed = new Promise(resolve => child.once('close', resolve));
    t.after(async () => {
      // The program is a child of dotnet run.
      process.kill(-child.pid, 'SIGKILL');
      await closed;
    });
    let text = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', data => (text += data));
    }
    await within(120_000, 'the example listens', (async () => {
      while (await listeners('news') !== 1) {
        await new Promise(resolve => setTimeout(resolve, 50));
      }
    })(), () => text);

    await server.sendJson({ channel: 'news', notification: { number: 100 + index } });

    await within(60_000, 'the example prints the notification', (async () => {
      while (!text.includes(`{"number":${100 + index}}`)) {
        await new Promise(resolve => child.stdout.once('data', resolve));
      }
    })(), () => text);
  });
}

test('the package has a readme, a license, symbols and no dependency but one', async () => {
  const packed = await run(['dotnet', 'pack', project, '-c', 'Release', '-o', folder, '--nologo', '-v', 'q'], {});
  assert.equal(packed.code, 0, packed.stdout + packed.stderr);
  const packages = readdirSync(folder).filter(name => name.endsWith('nupkg')).toSorted();
  assert.deepEqual(packages.map(name => name.replace(/\.\d+\.\d+\.\d+.*\./, '.')), ['Notify.Client.nupkg', 'Notify.Client.snupkg']);
  const names = async file => JSON.parse((await run(['python3', '-c', `
import json, sys, zipfile
print(json.dumps(zipfile.ZipFile(sys.argv[1]).namelist()))`, join(folder, file)], {})).stdout);
  const files = await names(packages[0]);
  for (const file of ['README.md', 'lib/net10.0/Notify.Client.dll', 'lib/net10.0/Notify.Client.xml']) {
    assert.ok(files.includes(file), file);
  }
  assert.ok((await names(packages[1])).includes('lib/net10.0/Notify.Client.pdb'));
  const { stdout: nuspec } = await run(['python3', '-c', `
import sys, zipfile
print(zipfile.ZipFile(sys.argv[1]).read('Notify.Client.nuspec').decode())`, join(folder, packages[0])], {});
  assert.match(nuspec, /<license type="expression">MIT<\/license>/);
  assert.match(nuspec, /<readme>README\.md<\/readme>/);
  assert.deepEqual([...nuspec.matchAll(/<dependency id="([^"]+)"/g)].map(match => match[1]), ['Microsoft.Extensions.Http']);
});
