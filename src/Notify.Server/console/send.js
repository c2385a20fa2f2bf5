import { at } from './base.js';
import { sentence } from './sentence.js';

// Sends from this page, and remembers for a while what it sent, to tell how long it took.
const remembered = 100, forgotten = 30000;
let pending = [];

export function check(text) {
  if (text.trim() === '') {
    return 'Empty: write any JSON value';
  }

  try {
    const value = JSON.parse(text);
    return value ? '' : 'The server takes "", 0, false and null for a missing notification';
  } catch (error) {
    return `Not JSON: ${error.message}`;
  }
}

export async function send(channel, text, secret) {
  const mark = { channel, data: JSON.stringify(JSON.parse(text)), began: performance.now() };
  pending = [...pending.filter(other => mark.began - other.began < forgotten), mark].slice(-remembered);
  try {
    const response = await fetch(at('send'), {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'notification-secret': secret },
      body: `{"channel":${JSON.stringify(channel)},"notification":${text}}`,
      cache: 'no-store',
      credentials: 'omit',
    });
    const body = await response.text();
    const took = performance.now() - mark.began;
    if (!response.ok) {
      forget(mark);
    }

    return { isSent: response.ok, text: response.ok ? `Sent: answered 200 ${body} in ${took.toFixed(1)} ms` : `Not sent: ${response.status}, ${sentence(body)}` };
  } catch (error) {
    forget(mark);
    return { isSent: false, text: `Not known whether it was sent: the server cannot be reached (${error.message})` };
  }
}

// The time of the send that this arrival came from, or undefined when it was not sent here.
export function claim(channel, data) {
  if (pending.length === 0) {
    return undefined;
  }

  const text = JSON.stringify(data);
  const mark = pending.find(other => other.channel === channel && other.data === text);
  if (mark) {
    forget(mark);
  }

  return mark?.began;
}

function forget(mark) {
  pending = pending.filter(other => other !== mark);
}
