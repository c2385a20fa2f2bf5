import { at } from './base.js';

// The plain WebSocket transport: one JSON object a message.
const firstWait = 500, longestWait = 5000;

// A browser does not say why a handshake failed, and a proxy is the usual reason when it never works.
const failures = 3, blocked = 'no WebSocket gets through; a proxy must pass them on, and be named in NOTIFY_TRUSTED_PROXIES if NOTIFY_ALLOWED_ORIGINS is set';

export function openPlain(key, token, on) {
  const wanted = new Map();
  let socket, timer, wait, tries = 0, isReady = false, isClosed = false;

  function tell(message) {
    socket.send(JSON.stringify(message));
  }

  function join(channel) {
    const since = wanted.get(channel);
    tell(since ? { type: 'join', channel, id: channel, since } : { type: 'join', channel, id: channel });
  }

  function read(message) {
    switch (message.type) {
      case 'welcome':
        isReady = true;
        tries = 0;
        on.state('connected', '', message.connection);
        if (token) {
          tell({ type: 'auth', token });
        }

        [...wanted.keys()].forEach(join);
        break;
      case 'joined':
        if (wanted.has(message.channel)) {
          wanted.set(message.channel, { epoch: message.epoch, offset: message.offset });
          on.joined(message.channel, message);
        }

        break;
      case 'notification':
        if (wanted.has(message.channel)) {
          wanted.set(message.channel, { epoch: message.epoch, offset: message.offset });
        }

        on.notification({ ...message, own: message.epoch === '' });
        break;
      case 'authed':
        on.identity(message);
        break;
      case 'left':
        if (message.code && wanted.delete(message.channel)) {
          on.refused(message.channel, message.code);
        }

        break;
      case 'error':
        if (wanted.delete(message.id)) {
          on.refused(message.id, message.message);
        } else if (message.id === undefined) {
          on.identity({ problem: message.message });
        }

        break;
      case 'closing':
        wait = message.reconnectAfterMs;
        if (message.message) {
          on.identity({ problem: message.message });
        }

        break;
    }
  }

  function onClose(event) {
    isReady = false;
    if (isClosed) {
      return;
    }

    const reason = event.reason || `code ${event.code}`;
    if (event.code >= 4500) {
      isClosed = true;
      on.state('refused', event.code === 4501 ? 'the key is wrong' : reason);
      return;
    }

    on.state('reconnecting', event.code !== 1006 ? reason : tries < failures ? 'the connection is lost' : blocked);
    timer = setTimeout(connect, wait ?? Math.min(longestWait, firstWait * 2 ** tries++) * (0.5 + Math.random()));
    wait = undefined;
  }

  function connect() {
    socket = new WebSocket(at(`ws?key=${encodeURIComponent(key)}`).replace(/^http/, 'ws'));
    socket.onmessage = event => read(JSON.parse(event.data));
    socket.onclose = onClose;
  }

  on.state('connecting');
  connect();
  return {
    join(channel, since) {
      wanted.set(channel, since);
      if (isReady) {
        join(channel);
      }
    },
    leave(channel) {
      if (wanted.delete(channel) && isReady) {
        tell({ type: 'leave', channel });
      }
    },
    close() {
      isClosed = true;
      clearTimeout(timer);
      socket.close();
    },
  };
}
