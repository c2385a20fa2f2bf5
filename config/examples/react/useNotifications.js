import { useEffect, useRef, useState } from 'react';
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
  const [notifications, setNotifications] = useState([]);
  const [connected, setConnected] = useState(false);
  const [error, setError] = useState(null);

  // Often a new function at each render, which is no reason to connect again.
  const latest = useRef(getToken);
  latest.current = getToken;

  useEffect(() => {
    const token = async () => latest.current?.();
    const socket = io(url, {
      query: { notificationKey: key },
      // Without an answer from your backend, try again as after any other break.
      auth: give => token().then(token => give({ token }), () => socket.io.engine.close()),
    });
    let position;
    setNotifications([]);
    setError(null);

    // Each connection is a new one for the server: join again, from the last position.
    socket.on('connect', () => {
      setConnected(true);
      socket.emit('join', channel, position ? { since: position } : {}, answer => {
        setError(answer.error ?? null);
        if (answer.error) return;
        position = { epoch: answer.epoch, offset: answer.offset };
      });
    });
    socket.on('disconnect', () => setConnected(false));
    socket.on('connect_error', refused => refused.data && setError(refused.data.code));
    socket.on('TOKEN_EXPIRING', () => token().then(token => token && socket.emit('auth', token), () => {}));
    socket.on('NEW_NOTIFICATION', (data, place) => {
      if (place?.channel !== channel) return;
      position = { epoch: place.epoch, offset: place.offset };
      setNotifications(last => [...last, { ...place, data }].slice(-MOST));
    });
    return () => socket.disconnect();
  }, [url, key, channel]);

  return { notifications, connected, error };
}
