import { mark, stream } from './http.js';
import type { Identity } from './identity.js';
import { type End, endOf, type Link, type LinkUser, type Told } from './link.js';
import type { State } from './state.js';

// The server sends a comment every 25 seconds.
const SILENT_MS = 60_000;
const PROBE_MS = 30_000;

/** Connects over an event stream, for networks that let no WebSocket through. Marks go in requests of their own. */
export function openEvents(identity: Identity, state: State, user: LinkUser): Link {
  const abort = new AbortController();
  let isOver = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let [cursor, rest] = [state.cursor, ''];
  let wait: number | undefined;

  const close = () => {
    isOver = true;
    clearTimeout(timer);
    abort.abort();
  };
  const end = (reason: End) => {
    if (!isOver) {
      close();
      user.ended(reason);
    }
  };
  const lose = () => end(endOf('network', '', wait));
  const limit = (milliseconds: number) => {
    clearTimeout(timer);
    timer = setTimeout(lose, milliseconds);
  };
  // The server writes each field in one line (HTML Living Standard, section 9.2).
  const read = (block: string) => {
    const fields = Object.fromEntries(block.split('\n').map((line) => line.split(/: ?(.*)/s)));
    cursor = fields.id ?? cursor;
    wait = fields.retry ? +fields.retry : wait;
    if (!fields.data || isOver) {
      return;
    }
    const message = JSON.parse(fields.data) as Told & { code: string; message: string };
    switch (fields.event) {
      case 'expiring': user.expiring(); break;
      // The end follows.
      case 'expired': break;
      case 'refused':
        if (message.channel && message.channel !== state.channel) {
          user.told({ type: 'left', channel: message.channel });
        } else {
          end(endOf(message.code, message.message));
        }
        break;
      default: user.told({ ...message, cursor } as Told);
    }
  };
  const run = async () => {
    limit(SILENT_MS);
    const response = await stream(identity, state, abort.signal);
    if (response.status === 401 || response.status === 403) {
      const { code = 'bad_key', message } = await response.json().catch(() => ({}));
      end(endOf(code, message));
    }
    const reader = response.body!.pipeThrough(new TextDecoderStream() as unknown as TransformStream<Uint8Array, string>).getReader();
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      limit(SILENT_MS);
      const blocks = (rest + part.value).split('\n\n');
      rest = blocks.pop()!;
      blocks.forEach(read);
    }
    lose();
  };
  run().catch(lose);

  return {
    mark: (marks) => mark(identity, marks),
    // A stream cannot show another token. It continues after the last event.
    refresh: () => end(endOf('network', '', 0)),
    probe: () => limit(PROBE_MS),
    close,
  };
}
