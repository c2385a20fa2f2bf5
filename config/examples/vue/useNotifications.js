import { onScopeDispose, ref, shallowRef } from 'vue';
import { io } from 'socket.io-client';

const MOST = 100;

/**
 * Listens to one channel while the component is mounted, on a connection of its own. After a break it receives what it missed.
 *
 *     const { notifications, connected, error } = useNotifications('https://notify.example.com', 'my-key', 'news');
 *
 * `notifications` are the last hundred, oldest first: { channel, epoch, offset, id, at, data }.
 */
export function useNotifications(url, key, channel) {
  const notifications = shallowRef([]);
  const connected = ref(false);
  const error = ref(null);
  const socket = io(url, { query: { notificationKey: key } });
  let position;

  // Each connection is a new one for the server: join again, from the last position.
  socket.on('connect', () => {
    connected.value = true;
    socket.emit('join', channel, position ? { since: position } : {}, answer => {
      if (answer.error) return void (error.value = answer.error);
      position = { epoch: answer.epoch, offset: answer.offset };
    });
  });
  socket.on('disconnect', () => (connected.value = false));
  socket.on('NEW_NOTIFICATION', (data, place) => {
    if (place?.channel !== channel) return;
    position = { epoch: place.epoch, offset: place.offset };
    notifications.value = [...notifications.value, { ...place, data }].slice(-MOST);
  });
  onScopeDispose(() => socket.disconnect());

  return { notifications, connected, error };
}
