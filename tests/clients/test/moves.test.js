import assert from 'node:assert/strict';
import { test } from 'node:test';
import { moves } from '../lib/moves.js';

test('1,000 idle subscribed channels move: every subscriber is told what is sent afterwards, and the cluster is quiet again', { timeout: 600_000 }, async t => {
  const { events, quarantines } = await moves(t, { channels: 1000 });
  // How long it took to become quiet is the machine's affair; a cluster that never does ends the test by its time limit.
  for (const [event, { refused, missing, doubled }] of Object.entries(events)) {
    assert.deepEqual({ event, refused, missing, doubled }, { event, refused: 0, missing: 0, doubled: 0 });
  }
  assert.deepEqual(quarantines, []);
});
