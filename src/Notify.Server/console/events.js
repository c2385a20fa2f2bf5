import { at } from './base.js';
import { sentence } from './sentence.js';

// Server-sent events. A stream has its channels from the start, so joining and leaving open another, from where the last one stood.
export function openEvents(key, token, on) {
  const wanted = new Set();
  let source, asking, timer, position = '', isAsked = false, isClosed = false;

  function url() {
    const query = new URLSearchParams([...wanted].map(channel => ['channel', channel]));
    query.set('key', key);
    if (token) {
      query.set('token', token);
    }

    if (position) {
      query.set('lastEventId', position);
    }

    return at(`events?${query}`);
  }

  // EventSource does not say why it gave up; the same request does. Temporary problems are retried.
  async function explain(address) {
    asking = new AbortController();
    const { signal } = asking;
    try {
      const response = await fetch(address, { signal });
      if (response.status < 400 || response.status >= 500) {
        again(`the server answered ${response.status}`);
      } else {
        const body = await response.text();
        on.state('refused', explained(response.status, body));
      }
    } catch {
      if (!signal.aborted) {
        again('the server cannot be reached');
      }
    }
  }

  // Only an answer about tokens has a code.
  function explained(status, body) {
    try {
      const { code, message } = JSON.parse(body);
      if (code) {
        return message;
      }
    } catch {
      // No JSON.
    }

    return status === 401 ? 'the key is wrong' : sentence(body);
  }

  function again(reason) {
    asking.abort();
    on.state('reconnecting', reason);
    timer = setTimeout(open, 1000 + 2000 * Math.random());
  }

  function stop() {
    clearTimeout(timer);
    source?.close();
    asking?.abort();
  }

  function open() {
    isAsked = false;
    stop();
    if (isClosed) {
      return;
    }

    if (wanted.size === 0) {
      on.state('waiting');
      return;
    }

    const address = url();
    const stream = source = new EventSource(address);
    on.state('connecting');
    stream.onopen = () => on.state('connected');
    stream.onerror = () => {
      if (stream.readyState === EventSource.CONNECTING) {
        on.state('reconnecting', 'the connection is lost');
      } else {
        explain(address);
      }
    };
    stream.addEventListener('joined', event => {
      position = event.lastEventId || position;
      const message = JSON.parse(event.data);
      on.joined(message.channel, message);
    });
    stream.addEventListener('refused', event => {
      const { channel, code, message } = JSON.parse(event.data);
      if (channel !== undefined && wanted.delete(channel)) {
        on.refused(channel, code);
      } else {
        on.identity({ problem: message });
      }
    });
    stream.addEventListener('expired', () => on.identity({ problem: 'The token has expired.' }));
    stream.addEventListener('NEW_NOTIFICATION', event => {
      position = event.lastEventId || position;
      on.notification(JSON.parse(event.data));
    });
  }

  // Several joins at once are one stream.
  function reopen() {
    if (!isAsked) {
      isAsked = true;
      queueMicrotask(open);
    }
  }

  reopen();
  return {
    join(channel) {
      wanted.add(channel);
      reopen();
    },
    leave(channel) {
      wanted.delete(channel);
      reopen();
    },
    close() {
      isClosed = true;
      stop();
    },
  };
}
