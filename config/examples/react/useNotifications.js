import { useEffect, useState } from 'react';
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
  const [notifications, setNotifications] = useState([]);
  const [connected, setConnected] = useState(false);
  const [error, setError] = useState(null);

  useEffect(() => {
    const socket = io(url, { query: { notificationKey: key } });
    let position;
    setNotifications([]);
    setError(null);

    // Each connection is a new one for the server: join again, from the last position.
    socket.on('connect', () => {
      setConnected(true);
      socket.emit('join', channel, position ? { since: position } : {}, answer => {
        if (answer.error) return setError(answer.error);
        position = { epoch: answer.epoch, offset: answer.offset };
      });
    });
    socket.on('disconnect', () => setConnected(false));
    socket.on('NEW_NOTIFICATION', (data, place) => {
      if (place?.channel !== channel) return;
      position = { epoch: place.epoch, offset: place.offset };
      setNotifications(last => [...last, { ...place, data }].slice(-MOST));
    });
    return () => socket.disconnect();
  }, [url, key, channel]);

  return { notifications, connected, error };
}
