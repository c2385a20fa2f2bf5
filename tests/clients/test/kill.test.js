import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { ROUNDS, storms } from '../lib/kills.js';

test(`a server that is killed in a storm of sends loses, doubles and reorders nothing that it answered, ${ROUNDS} times`, { timeout: 600_000 }, async t => {
  const folder = mkdtempSync(join(tmpdir(), 'notify-kill-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  await storms(t, `sqlite:${join(folder, 'notify.db')}`);
});
