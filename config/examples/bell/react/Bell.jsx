// React 19 sets functions as properties of an element. Load the element once: <script src="…/client/notify-bell.min.js">.
import { useEffect, useRef } from 'react';

/**
 * Shows the bell. `notificationKey` is the key of the server. `getToken` returns a token, or a promise of one. `onFollow` goes to the
 * address of an item in your router.
 */
export function Bell({ url, notificationKey, getToken, onFollow }) {
  const bell = useRef(null);
  useEffect(() => {
    const follow = event => {
      const address = event.detail.item.data?.url;
      if (onFollow && address?.startsWith('/')) {
        event.preventDefault();
        onFollow(address);
      }
    };
    const element = bell.current;
    element.addEventListener('notify-click', follow);
    return () => element.removeEventListener('notify-click', follow);
  }, [onFollow]);
  return <notify-bell ref={bell} url={url} data-key={notificationKey} token={getToken} />;
}
