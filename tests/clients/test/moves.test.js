import assert from 'node:assert/strict';
import { test } from 'node:test';
import { moves } from '../lib/moves.js';

test('2,000 idle subscribed channels move: every subscriber is told what is sent afterwards, and the cluster is quiet again', { timeout: 180_000 }, async t => {
  const { events, quarantines } = await moves(t, { channels: 2000 });
  for (const [event, { refused, missing, doubled, servedAfter, quietAfter }] of Object.entries(events)) {
    assert.deepEqual({ event, refused, missing, doubled }, { event, refused: 0, missing: 0, doubled: 0 });
    // The others need ten seconds to agree that a node was killed.
    const busy = quietAfter + (event === 'is killed' ? 0 : servedAfter);
    assert.ok(busy <= 15, `${event}: quiet after ${busy} s`);
  }
  assert.deepEqual(quarantines, []);
});
