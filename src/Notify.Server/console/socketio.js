import { at, base } from './base.js';

// The Socket.IO transport. Its client is the server's own copy, loaded when this transport is first chosen.
let loading;

function load() {
  loading ??= new Promise((resolve, reject) => {
    const script = document.createElement('script');
    script.src = at('socket.io/socket.io.min.js');
    script.onload = () => resolve(window.io);
    script.onerror = () => {
      loading = undefined;
      reject(new Error('the Socket.IO client could not be loaded from this server'));
    };
    document.head.append(script);
  });
  return loading;
}

export function openSocketIo(key, token, on) {
  // The channels, each with the position that this page has of it.
  const wanted = new Map();
  let socket, isReady = false, isClosed = false;

  function join(channel) {
    // With an options object each event carries its position; after a reconnect the missed notifications come first.
    const since = wanted.get(channel);
    socket.emit('join', channel, since ? { since } : {}, answer => {
      if (!wanted.has(channel)) {
        return;
      }

      if (answer.error) {
        wanted.delete(channel);
        on.refused(channel, answer.error);
      } else {
        wanted.set(channel, { epoch: answer.epoch, offset: answer.offset });
        on.joined(channel, answer);
      }
    });
  }

  function onConnect() {
    // A wrong key is silent here, so the connection asks for its own room, where it is anyway: only a wrong key forbids that.
    socket.emit('join', socket.id, answer => {
      if (answer.error === 'forbidden') {
        close();
        on.state('refused', 'the key is wrong');
        return;
      }

      isReady = true;
      on.state('connected', '', socket.id);
      if (token) {
        socket.emit('auth', token, answer => on.identity(answer.error ? { problem: answer.message } : answer));
      }

      [...wanted.keys()].forEach(join);
    });
  }

  function start(io) {
    if (isClosed) {
      return;
    }

    socket = io(base.origin, { path: `${base.pathname}socket.io`, query: { notificationKey: key, recovery: '1' }, forceNew: true, reconnectionDelay: 500, reconnectionDelayMax: 5000 });
    socket.on('connect', onConnect);
    socket.on('connect_error', error => on.state('reconnecting', error.type === 'TransportError' ? 'the server cannot be reached' : error.message));
    socket.on('disconnect', reason => {
      isReady = false;
      if (!isClosed) {
        on.state(socket.active ? 'reconnecting' : 'closed', reason.startsWith('transport') ? 'the connection is lost' : reason);
      }
    });
    socket.on('LEFT', ({ channel, error }) => wanted.delete(channel) && on.refused(channel, error));
    socket.on('TOKEN_EXPIRED', () => on.identity({ problem: 'The token has expired.' }));
    socket.on('REFUSED', ({ message }) => on.identity({ problem: message }));
    socket.on('NEW_NOTIFICATION', (data, place) => {
      if (place && wanted.has(place.channel)) {
        wanted.set(place.channel, { epoch: place.epoch, offset: place.offset });
      }

      on.notification({ channel: socket.id, own: !place, ...place, data });
    });
  }

  function close() {
    isClosed = true;
    socket?.disconnect();
  }

  on.state('connecting');
  load().then(start, error => isClosed || on.state('closed', error.message));
  return {
    join(channel) {
      wanted.set(channel, wanted.get(channel));
      if (isReady) {
        join(channel);
      }
    },
    leave(channel) {
      if (wanted.delete(channel) && isReady) {
        socket.emit('leave', channel);
      }
    },
    close,
  };
}
