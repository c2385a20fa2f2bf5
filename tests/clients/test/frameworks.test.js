import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { createElement } from 'react';
import { create } from 'react-test-renderer';
import { effectScope, watch } from 'vue';
import { channel } from '../lib/channel.js';
import { Inbox } from '../lib/inbox.js';
import { lastingPort } from '../lib/ports.js';
import { Server } from '../lib/server.js';
import { SECRET, expired, token, user } from '../lib/tokens.js';
import { within } from '../lib/within.js';

globalThis.IS_REACT_ACT_ENVIRONMENT = false;
const examples = fileURLToPath(new URL('../../../config/examples/', import.meta.url));
const modules = fileURLToPath(new URL('../node_modules/', import.meta.url));

let folder, server, guarded;
before(async () => {
  // Below the packages, where node finds what they import.
  mkdirSync(join(modules, '.cache'), { recursive: true });
  folder = mkdtempSync(join(modules, '.cache', 'frameworks-'));
  server = await Server.start();
  guarded = await Server.start(0, { NOTIFY_ACCESS: 'token', NOTIFY_TOKEN_SECRET: SECRET, NOTIFY_TOKEN_SKEW: '0s' });
});
after(async () => {
  rmSync(folder, { recursive: true });
  await server.stop();
  await guarded.stop();
});

async function load(framework) {
  const path = join(folder, `${framework}.mjs`);
  copyFileSync(join(examples, framework, 'useNotifications.js'), path);
  return (await import(pathToFileURL(path))).useNotifications;
}

// Each mounts the example and tells every state that it shows.
const frameworks = {
  react: async (url, key, name, show, getToken) => {
    const useNotifications = await load('react');
    function Bell() {
      // A new function at each render, as components have it.
      show(useNotifications(url, key, name, getToken && (() => getToken())));
      return null;
    }
    const quiet = console.error;
    console.error = () => {}; // The renderer says that it is deprecated.
    const root = create(createElement(Bell));
    console.error = quiet;
    return () => root.unmount();
  },
  vue: async (url, key, name, show, getToken) => {
    const useNotifications = await load('vue');
    const scope = effectScope();
    scope.run(() => {
      const { notifications, connected, error } = useNotifications(url, key, name, getToken);
      const look = () => show({ notifications: notifications.value, connected: connected.value, error: error.value });
      watch([notifications, connected, error], look, { flush: 'sync', immediate: true });
    });
    return () => scope.stop();
  },
};

for (const [framework, mount] of Object.entries(frameworks)) {
  test(`the ${framework} example shows what arrives, and after a break what it missed`, async t => {
    const port = await lastingPort();
    const environment = { NOTIFY_STORE: `sqlite:${join(folder, framework)}.db`, NOTIFY_DRAIN: '100ms' };
    const name = channel(framework);
    let server = await Server.start(port, environment);
    t.after(() => server.kill());
    let state;
    const states = new Inbox();
    const unmount = await mount(server.url, Server.key, name, next => {
      state = next;
      states.push([next.connected, next.notifications.length].join(' '));
    });
    t.after(unmount);
    await states.has('true 0');
    await joined(server, name);
    await server.sendJson({ channel: name, notification: { title: 'One' } });
    await states.has('true 1');

    await server.stop();
    await states.has('false 1');
    server = await Server.start(port, environment);
    await server.sendJson({ channel: name, notification: { title: 'Two' } });
    await states.has('true 2');
    assert.deepEqual(state.notifications.map(({ channel, offset, data }) => [channel, offset, data]), [[name, 1, { title: 'One' }], [name, 2, { title: 'Two' }]]);
    assert.equal(state.error, null);
  });

  test(`the ${framework} example shows that a join is refused`, async t => {
    const errors = new Inbox();
    t.after(await mount(server.url, 'wrong', 'news', next => errors.push(next.error)));
    await errors.has('forbidden');
  });

  test(`the ${framework} example fetches its token, also after a failure, and refreshes it`, async t => {
    const who = user();
    const asked = new Inbox();
    let state;
    const states = new Inbox();
    const unmount = await mount(guarded.url, Server.key, `user:${who}`, next => {
      state = next;
      states.push(`${next.connected} ${next.notifications.length}`);
    }, async () => {
      asked.push(Date.now());
      if (asked.items.length === 1) throw new Error('the backend does not answer');
      // The second one is near its end, so the server asks for another as soon as the client has connected with it.
      return token({ sub: who, exp: Math.floor(Date.now() / 1000) + (asked.items.length === 2 ? 8 : 900) });
    });
    t.after(unmount);
    await joined(guarded, `user:${who}`);
    await asked.count(3);

    // Longer than the second token lasts.
    const end = asked.items[1] + 9000;
    while (Date.now() < end) await new Promise(resolve => setTimeout(resolve, 100));
    await guarded.sendJson({ channel: `user:${who}`, notification: { title: 'One' } });
    await states.has('true 1');
    assert.equal(asked.items.length, 3);
    assert.equal(states.items.slice(states.items.indexOf('true 0')).includes('false 0'), false);
    assert.equal(state.error, null);
  });

  test(`the ${framework} example shows that its token is refused`, async t => {
    const errors = new Inbox();
    t.after(await mount(guarded.url, Server.key, 'news', next => errors.push(next.error), async () => expired({ sub: user() })));
    await errors.has('token_expired');
    t.after(await mount(guarded.url, Server.key, 'news', next => errors.push(next.error), async () => null));
    await errors.has('unauthorized');
  });
}

/** Waits until somebody listens to a channel. */
async function joined(server, name) {
  const ask = async () => {
    for (;;) {
      const answer = await fetch(`${server.url}/api/channel?name=${encodeURIComponent(name)}`, { headers: { 'notification-secret': 'NOTIFICATION_SECRET' } });
      const { subscribers } = await answer.json();
      if (subscribers > 0) return;
      await new Promise(resolve => setTimeout(resolve, 50));
    }
  };
  await within(60_000, `somebody listens to ${name}`, ask());
}
