import type { Position, Status } from './api.js';
import { openEvents } from './events.js';
import { errorOf, faultOf } from './fault.js';
import type { Marked } from './http.js';
import type { Identity } from './identity.js';
import { endOf, type Link, type LinkUser } from './link.js';
import type { Mark } from './marks.js';
import type { StateUser } from './state.js';
import { openSocket } from './wire.js';

const SOONEST_MS = 1000;
const LATEST_MS = 30_000;

// Proxies that let no WebSocket through break every attempt. After so many, each second attempt is an event stream.
const MANY_FAILURES = 3;

/** A connection to the server that reconnects, shows tokens, and knows what arrives live. */
export interface Connection {
  /** Begins, also after `denied`. */
  start(): void;
  /** The network may be back, or gone: connects at once, or finds out whether the connection still works. */
  wake(): void;
  /** Marks items. The server has them, or the result says why not. */
  mark(marks: readonly Mark[]): Promise<Marked>;
  close(): void;
}

/** Keeps one connection to the server. It calls `live` when marks can be sent. */
export function keepConnection(identity: Identity, user: StateUser, isStream: boolean, live: () => void): Connection {
  let link: Link | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let [attempt, failures, refusals] = [0, 0, 0];
  let id = '';
  // What was told first of each channel after the join: items up to this offset were missed.
  const heads = new Map<string, Position>();

  const status = (now: Status) => user.change({ type: 'status', status: now, connection: (link && id) || undefined });

  const close = () => {
    attempt++;
    clearTimeout(timer);
    timer = undefined;
    heads.clear();
    link?.close();
    link = undefined;
    id = '';
  };

  const events: LinkUser = {
    welcome: (connection) => (id = connection),
    told(message) {
      const head = heads.get(message.channel);
      if (message.type === 'notification') {
        const isLive = head?.epoch === message.epoch && message.offset > head.offset && message.meta?.exclude !== id;
        user.change({ ...message, live: isLive });
        return;
      }
      if ((message.type === 'inbox' || message.type === 'announcement') && head?.epoch !== message.epoch) {
        heads.set(message.channel, message);
      }
      user.change(message);
      if (message.type === 'inbox' && user.state.status !== 'live') {
        failures = refusals = 0;
        status('live');
        live();
      }
    },
    async expiring() {
      const expiring = link;
      try {
        await identity.renew();
        if (expiring === link) {
          link?.refresh();
        }
      } catch (error) {
        // The connection lasts a little longer, and the next one asks again.
        user.change(errorOf(error));
      }
    },
    ended(end) {
      close();
      const isRefused = end.kind === 'refused';
      if (end.kind === 'over' || (isRefused && ++refusals > 1)) {
        status('denied');
        user.change(errorOf(end));
      } else {
        status('offline');
        const spread = Math.min(2 ** ++failures * SOONEST_MS, LATEST_MS - SOONEST_MS);
        timer = setTimeout(open, end.wait ?? (isRefused ? 0 : SOONEST_MS + Math.random() * spread));
      }
    },
  };

  const open = async () => {
    close();
    const mine = attempt;
    try {
      await identity.renew();
      if (mine === attempt) {
        user.change({ type: 'follow', channels: identity.follow });
        const isOther = failures >= MANY_FAILURES && failures % 2 === 1;
        link = (isStream === isOther ? openSocket : openEvents)(identity, user.state, events);
      }
    } catch (error) {
      if (mine === attempt) {
        const { code, message } = faultOf(error);
        events.ended(endOf(code, message));
      }
    }
  };

  return {
    start() {
      failures = refusals = 0;
      status('connecting');
      void open();
    },
    wake() {
      if (timer) {
        void open();
      } else if (user.state.status === 'live') {
        link!.probe();
      }
    },
    mark: (marks) => link!.mark(marks),
    close,
  };
}
