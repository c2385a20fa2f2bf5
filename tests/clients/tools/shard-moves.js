// Has a node come, leave, come again and be killed while many idle channels have subscribers, and says how long the cluster was busy:
//
//     node tools/shard-moves.js [channels=20000]
//
// in tests/clients, after a Release build.
import { moves } from '../lib/moves.js';

const channels = Number(/^channels=(\d+)$/.exec(process.argv[2] ?? 'channels=20000')[1]);
const cleanups = [];
try {
  const { quarantines } = await moves({ after: cleanup => cleanups.unshift(cleanup), diagnostic: console.log }, { channels });
  console.log(`lines that speak of a quarantine: ${quarantines.length}`, quarantines);
} finally {
  for (const cleanup of cleanups) {
    await cleanup();
  }
}
