import { onScopeDispose, ref, shallowRef } from 'vue';
import { io } from 'socket.io-client';

const MOST = 100;

/**
 * Listens to one channel while the component is mounted, on a connection of its own. After a break it receives what it missed.
 *
 *     const { notifications, connected, error } = useNotifications('https://notify.example.com', 'my-key', 'news');
 *
 * `notifications` are the last hundred, oldest first: { channel, epoch, offset, id, at, data }.
 *
 * Where channels need a token, give a function that fetches one. It is called for each connection, and before the token expires:
 *
 *     useNotifications('https://notify.example.com', 'my-key', 'user:42', () => fetch('/token').then(r => r.ok ? r.text() : null));
 */
export function useNotifications(url, key, channel, getToken) {
  const notifications = shallowRef([]);
  const connected = ref(false);
  const error = ref(null);
  const token = async () => getToken?.();
  const socket = io(url, {
    query: { notificationKey: key },
    // Without an answer from your backend, try again as after any other break.
    auth: give => token().then(token => give({ token }), () => socket.io.engine.close()),
  });
  let position;

  // Each connection is a new one for the server: join again, from the last position.
  socket.on('connect', () => {
    connected.value = true;
    socket.emit('join', channel, position ? { since: position } : {}, answer => {
      error.value = answer.error ?? null;
      if (answer.error) return;
      position = { epoch: answer.epoch, offset: answer.offset };
    });
  });
  socket.on('disconnect', () => (connected.value = false));
  socket.on('connect_error', refused => refused.data && (error.value = refused.data.code));
  socket.on('TOKEN_EXPIRING', () => token().then(token => token && socket.emit('auth', token), () => {}));
  socket.on('NEW_NOTIFICATION', (data, place) => {
    if (place?.channel !== channel) return;
    position = { epoch: place.epoch, offset: place.offset };
    notifications.value = [...notifications.value, { ...place, data }].slice(-MOST);
  });
  onScopeDispose(() => socket.disconnect());

  return { notifications, connected, error };
}
