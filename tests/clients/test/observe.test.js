// The clients of the drop-in notice nothing of a server that only observes. Its own tests run here again with rules and tokens.
import { SECRET } from '../lib/tokens.js';

Object.assign(process.env, { NOTIFY_ACCESS: 'open,orders:*=token', NOTIFY_ACCESS_MODE: 'observe', NOTIFY_TOKEN_SECRET: SECRET });
await import('./matrix.test.js');
