// The newest notification as a page could show it: a card, and a bell that counts what was not looked at yet.
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

export function createPreview({ bell, unread, card }) {
  let count = 0, newest, isDrawn = true;

  function showCount() {
    unread.hidden = count === 0;
    unread.textContent = count > 99 ? '99+' : count;
    bell.setAttribute('aria-label', count === 0 ? 'No unread notifications' : `${count} unread notifications, mark all as read`);
  }

  bell.addEventListener('click', () => {
    count = 0;
    showCount();
  });
  showCount();
  return {
    add(arrival) {
      count++;
      newest = arrival;
      isDrawn = false;
    },
    draw() {
      if (isDrawn) {
        return;
      }

      isDrawn = true;
      showCount();
      const { data, channel, own, time } = newest;
      const { title, text } = describe(data);
      const [heading, paragraph, small] = card.children;
      heading.textContent = title.slice(0, 200);
      paragraph.textContent = text.slice(0, 400);
      small.textContent = `${own ? 'this connection' : channel || '(empty name)'} · ${time.toLocaleTimeString('en-GB', { hour12: false })}`;
      card.dataset.filled = '';
    },
  };
}
