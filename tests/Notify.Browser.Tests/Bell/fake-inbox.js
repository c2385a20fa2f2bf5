// An inbox without a server: it has the interface of the client, and does at once what a server would confirm.
(() => {
  const hour = 3600_000;

  window.item = (offset, data, more = {}) => ({
    channel: 'user:42', epoch: 'e', offset, id: `id ${offset}`, at: new Date(Date.now() - offset * hour).toISOString(), data,
    meta: null, seen: false, read: false, archived: false, clicked: false, ...more,
  });

  window.fakeInbox = (items, { status = 'live', older = [] } = {}) => {
    const listeners = new Set(), handlers = {}, calls = [];
    let snapshot;
    const gone = new Set();

    const change = () => {
      const present = items.filter((item) => !gone.has(item.offset));
      snapshot = {
        status, unread: present.filter((item) => !item.read).length, unseen: present.filter((item) => !item.seen).length,
        total: present.length, items: present.filter((item) => !item.archived), more: older.length > 0,
      };
      listeners.forEach((listener) => listener());
    };

    const mark = (name, target, members) => {
      const only = Array.isArray(target) ? target : target.upTo ? items.filter((item) => item.offset <= target.upTo.offset) : [target];
      const chosen = target === 'shown' ? items : only;
      calls.push(`${name} ${target === 'shown' ? 'shown' : chosen.map((item) => item.offset).join()}`);
      items = items.map((item) => chosen.some(({ offset }) => offset === item.offset) ? { ...item, ...members } : item);
      change();
    };

    change();
    return {
      calls,
      getSnapshot: () => snapshot,
      subscribe: (listener) => (listeners.add(listener), () => listeners.delete(listener)),
      on: (event, handler) => ((handlers[event] ??= new Set()).add(handler), () => handlers[event].delete(handler)),
      markSeen: (target) => mark('seen', target, { seen: true }),
      markRead: (target) => mark('read', target, { seen: true, read: true }),
      markUnread: (target) => mark('unread', target, { read: false, archived: false }),
      archive: (target) => mark('archive', target, { seen: true, read: true, archived: true }),
      unarchive: (target) => mark('unarchive', target, { archived: false }),
      click: (target) => mark('click', target, { seen: true, read: true, clicked: true }),
      remove: (target) => {
        calls.push(`remove ${target.offset}`);
        gone.add(target.offset);
        change();
      },
      loadMore: async () => {
        calls.push('more');
        await new Promise((resolve) => queueMicrotask(resolve));
        items = [...items, ...older.splice(0, 10)];
        change();
      },
      retry: () => {
        calls.push('retry');
        status = 'live';
        change();
      },
      signOut: async () => {},
      close: () => calls.push('close'),

      // What a test does.
      become: (next) => {
        status = next;
        change();
      },
      arrive: (item, toast = true) => {
        items = [item, ...items];
        change();
        handlers.notification?.forEach((handler) => handler(item));
        if (toast) handlers.toast?.forEach((handler) => handler(item));
      },
    };
  };

  /** Items such as those of a product. */
  window.sampleItems = () => [
    item(0, { title: 'Anna Keller replied to your comment', body: '“Looks good to me. Shall we ship it on Thursday?”', url: '/posts/9', actor: { name: 'Anna Keller' } },
      { at: new Date(Date.now() - 120_000).toISOString() }),
    item(1, { title: 'Marco invited you to the project “Atlas”', url: '/projects/atlas', actor: { name: 'Marco Rossi' },
      actions: [{ id: 'accept', label: 'Accept' }, { id: 'decline', label: 'Decline' }] }, { at: new Date(Date.now() - 26 * 60_000).toISOString() }),
    item(3, { title: 'Build 1482 failed', body: 'tests/api: 3 of 211 tests failed', url: '/builds/1482' }),
    item(22, { title: 'Your weekly report is ready', body: 'Visits are up 12% against the week before.', url: '/reports' }, { seen: true, read: true }),
    item(50, { title: 'Yuki Tanaka mentioned you in “Release plan”', url: '/docs/7', actor: { name: 'Yuki Tanaka' } }, { seen: true, read: true }),
    item(120, 'Scheduled maintenance on Sunday from 02:00 to 04:00', { seen: true, read: true }),
    item(300, { title: 'Welcome to Acme', body: 'Tell us what you think.', url: '/welcome', actor: { name: 'Acme' } }, { seen: true, read: true }),
  ].map((value, index) => ({ ...value, offset: 100 - index }));
})();
