import { createRequire } from 'node:module';
import { Inbox } from './inbox.js';
import { Server } from './server.js';
import { within } from './within.js';

const require = createRequire(import.meta.url);

const POSITION = /^[12]:[\w-]+:\d+:/;

/** One stock client of each major version. */
export const generations = [1, 2, 3, 4].map(major => ({ major, name: `socket.io-client ${major}.x`, io: require(`sio${major}`) }));

/** The first stock client that recovers its connection's state, and the last. */
export const recovering = [{ major: 4, name: 'socket.io-client 4.6', io: require('sio46') }, { ...generations[3], name: 'socket.io-client 4.8' }];

/** How a client may be told to connect. */
export const transports = { 'polling': ['polling'], 'websocket': ['websocket'], 'polling, then websocket': undefined };

/** Every client on every transport. */
export const matrix = generations.flatMap(generation => Object.keys(transports).map(transport => ({ generation, transport })));

/** A stock client as a page uses it, and what happened to it. */
export class Client {
  notifications = new Inbox();
  connects = new Inbox();
  joined = new Inbox();
  disconnects = new Inbox();
  errors = new Inbox();

  /** `asks` is for a client that asks for recovery; `recovers` says whether it gets it, where that differs. */
  constructor(url, { generation, transport }, { asks = false, recovers = asks, ...options } = {}) {
    this.socket = generation.io(url, {
      query: `notificationKey=${Server.key}${asks ? '&recovery=1' : ''}`,
      transports: transports[transport],
      forceNew: true,
      reconnectionDelay: 50,
      reconnectionDelayMax: 250,
      ...options,
    });
    if (transports[transport] === undefined) {
      this.upgraded = new Promise(resolve => this.socket.io.once('open', () => this.socket.io.engine.once('upgrade', resolve)));
    }
    this.socket.on('NEW_NOTIFICATION', (...given) => {
      // Who asks, and speaks Engine.IO 4, is given the position too, or null where there is none.
      const expected = generation.major >= 3 && recovers ? 2 : 1;
      this.notifications.push(given.length === expected && (given.length === 1 || given[1] === null || POSITION.test(given[1])) ? given[0] : given);
    });
    this.socket.on('connect', () => this.connects.push(this.socket.id));
    this.socket.on('disconnect', reason => this.disconnects.push(reason));
    this.socket.on('connect_error', error => this.errors.push(error?.message ?? error));
    this.socket.on('error', error => this.errors.push(error?.message ?? error));
  }

  /** Opens a client and waits until it is connected; it is closed with the test. */
  static async open(t, url, kind, options) {
    const client = new Client(url, kind, options);
    t.after(() => client.socket.close());
    await client.connects.count(1);
    return client;
  }

  /** Emits and waits for the acknowledgement. */
  ask(event, ...given) {
    return within(60_000, `an answer to ${event} ${given}`, new Promise(resolve => this.socket.emit(event, ...given, resolve)));
  }

  /** Joins and waits until the join is served. */
  async join(...channels) {
    for (const channel of channels) {
      const answer = await this.ask('join', channel);
      if (answer.error) {
        throw new Error(`join of ${channel}: ${answer.error}`);
      }
    }
  }
}
