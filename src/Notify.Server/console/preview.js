// The newest notification as a page could show it: a card, and the bell with what has arrived here.
import { createLocalInbox } from './local-inbox.js';

const titles = ['title', 'subject', 'name', 'event', 'type'], texts = ['text', 'message', 'body', 'description', 'content'];

function find(data, names) {
  const name = names.find(candidate => ['string', 'number'].includes(typeof data?.[candidate]));
  return name && String(data[name]);
}

// The title and the text of a notification, whatever its shape.
export function describe(data) {
  if (typeof data !== 'object' || data === null) {
    return { title: String(data), text: '' };
  }

  const text = find(data, texts);
  const title = find(data, titles);
  return { title: title ?? text ?? 'Notification', text: (title ? text : undefined) ?? (title || text ? '' : JSON.stringify(data)) };
}

export function createPreview({ bell, card }) {
  const inbox = createLocalInbox();
  let number = 0, newest, isDrawn = true;

  // A build without npm has no bell. Until its script is there, the element waits.
  bell.inbox = inbox;
  return {
    add(arrival) {
      const { title, text } = describe(arrival.data);
      const members = typeof arrival.data === 'object' && !Array.isArray(arrival.data) ? arrival.data : {};
      newest = { ...arrival, title, text };
      inbox.add({
        number: ++number, channel: arrival.channel ?? '', epoch: arrival.epoch ?? '', offset: arrival.offset ?? number, id: `${number}`,
        at: arrival.at ?? arrival.time.toISOString(), data: { ...members, title: title.slice(0, 200), body: text.slice(0, 400) },
      });
      isDrawn = false;
    },
    draw() {
      if (isDrawn) {
        return;
      }

      isDrawn = true;
      inbox.change();
      const { channel, own, time, title, text } = newest;
      const [heading, paragraph, small] = card.children;
      heading.textContent = title.slice(0, 200);
      paragraph.textContent = text.slice(0, 400);
      small.textContent = `${own ? 'this connection' : channel || '(empty name)'} · ${time.toLocaleTimeString('en-GB', { hour12: false })}`;
      card.dataset.filled = '';
    },
  };
}
