// An inbox of what has arrived in this page, for the bell: its marks are those of this page, and no server knows them.
const most = 100;

export function createLocalInbox() {
  const listeners = new Set();
  let items = [], snapshot, status = 'live';

  function change() {
    snapshot = {
      status, unread: items.filter(item => !item.read).length, unseen: items.filter(item => !item.seen).length,
      total: items.length, items: items.filter(item => !item.archived), more: false,
    };
    listeners.forEach(listener => listener());
  }

  function mark(target, marks) {
    const isMeant = target === 'shown' ? () => true
      : target.upTo ? item => item.number <= target.upTo.number
      : item => [target].flat().some(({ number }) => number === item.number);
    items = items.map(item => isMeant(item) ? { ...item, ...marks } : item);
    change();
  }

  change();
  return {
    add(item) {
      items = [{ meta: null, seen: false, read: false, archived: false, clicked: false, ...item }, ...items].slice(0, most);
    },
    change,

    // What the bell asks of an inbox; see api.ts of notify-inbox.
    getSnapshot: () => snapshot,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    on: () => () => {},
    markSeen: target => mark(target, { seen: true }),
    markRead: target => mark(target, { seen: true, read: true }),
    markUnread: target => mark(target, { read: false, archived: false }),
    archive: target => mark(target, { seen: true, read: true, archived: true }),
    unarchive: target => mark(target, { archived: false }),
    click: target => mark(target, { seen: true, read: true, clicked: true }),
    remove(target) {
      const gone = [target].flat().map(({ number }) => number);
      items = items.filter(({ number }) => !gone.includes(number));
      change();
    },
    loadMore: async () => {},
    retry() {},
    signOut: async () => {},
    close() {},
  };
}
