import '@angular/compiler';
import { Injector } from '@angular/core';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { firstValueFrom } from 'rxjs';
import { channel } from '../lib/channel.js';
import { Inbox } from '../lib/inbox.js';
import { Server } from '../lib/server.js';
import { SECRET, expired, token, user } from '../lib/tokens.js';
import { within } from '../lib/within.js';

const source = fileURLToPath(new URL('../../../config/examples/angular/notification.service.ts', import.meta.url));
const modules = fileURLToPath(new URL('../node_modules/', import.meta.url));

let server, guarded, folder, example;
before(async () => {
  // Below the packages, where the compiler and node find what it imports.
  mkdirSync(join(modules, '.cache'), { recursive: true });
  folder = mkdtempSync(join(modules, '.cache', 'angular-'));
  copyFileSync(source, join(folder, 'notification.service.ts'));
  execFileSync(process.execPath, [
    join(modules, 'typescript/bin/tsc'), '--strict', '--experimentalDecorators', '--skipLibCheck', '--target', 'es2022', '--module', 'es2022',
    '--moduleResolution', 'bundler', join(folder, 'notification.service.ts'),
  ], { stdio: ['ignore', 'inherit', 'inherit'] });
  example = await import(pathToFileURL(join(folder, 'notification.service.js')));
  server = await Server.start();
  guarded = await Server.start(0, { NOTIFY_ACCESS: 'token', NOTIFY_TOKEN_SECRET: SECRET });
});
after(async () => {
  rmSync(folder, { recursive: true });
  await server.stop();
  await guarded.stop();
});

function service(t, key = Server.key, url = server.url, getToken) {
  const injector = Injector.create({
    providers: [
      { provide: example.NOTIFY_SETTINGS, useValue: { url, key, getToken } },
      { provide: example.NotificationService },
    ],
  });
  t.after(() => injector.destroy());
  return injector.get(example.NotificationService);
}

test('the Angular service compiles and tells its subscribers what arrives', async t => {
  const notifications = service(t);
  const name = channel('angular');
  const inbox = new Inbox();
  const subscription = notifications.on(name).subscribe(event => inbox.push(event));
  const other = notifications.on(name).subscribe(event => inbox.push(event));
  await until(server, name, inbox);

  const { data, ...place } = inbox.items.at(-1);
  assert.deepEqual(data, { title: 'Hello' });
  assert.equal(place.channel, name);
  assert.ok(place.offset >= 1);
  assert.equal(notifications.connected(), true);
  assert.equal(inbox.items.length % 2, 0);
  subscription.unsubscribe();
  other.unsubscribe();
});

test('the Angular service says when a channel may not be joined', async t => {
  const notifications = service(t, 'wrong');
  await assert.rejects(within(60_000, 'the join is refused', firstValueFrom(notifications.on('news'))), /cannot join news: forbidden/);
});

test('the Angular service fetches its token, also after a failure, and refreshes it', async t => {
  const who = user();
  const asked = new Inbox();
  const notifications = service(t, Server.key, guarded.url, async () => {
    asked.push(0);
    if (asked.items.length === 1) throw new Error('the backend does not answer');
    return token({ sub: who, exp: Math.floor(Date.now() / 1000) + (asked.items.length === 2 ? 4 : 900) });
  });
  const inbox = new Inbox();
  t.after(() => subscription.unsubscribe());
  const subscription = notifications.on(`user:${who}`).subscribe(event => inbox.push(event));
  await until(guarded, `user:${who}`, inbox);
  await asked.count(3);
});

test('the Angular service says when its token is refused', async t => {
  const notifications = service(t, Server.key, guarded.url, async () => expired({ sub: user() }));
  await assert.rejects(within(60_000, 'the token is refused', firstValueFrom(notifications.on('news'))), /cannot join news: token_expired/);
});

// The service does not say when it has joined, so the backend repeats itself.
async function until(server, name, inbox) {
  const arrived = inbox.count(2);
  let isThere = false;
  arrived.then(() => (isThere = true), () => (isThere = true));
  while (!isThere) {
    await server.sendJson({ channel: name, notification: { title: 'Hello' } });
    await new Promise(resolve => setTimeout(resolve, 50));
  }
  await arrived;
}
