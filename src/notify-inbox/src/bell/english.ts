import type { Texts } from './text.js';

/** English is in the script itself. */
export const english: Texts = {
  title: 'Notifications',
  unreadCount: { one: '{n} unread', other: '{n} unread' },
  all: 'All',
  onlyUnread: 'Unread',
  unread: 'Unread',
  markAll: 'Mark all as read',
  markRead: 'Mark as read',
  markUnread: 'Mark as unread',
  archive: 'Archive',
  archived: 'Archived',
  remove: 'Delete',
  removed: 'Deleted',
  undo: 'Undo',
  more: 'Load more',
  empty: 'No notifications',
  emptyHint: 'New notifications will appear here.',
  emptyUnread: 'You have read everything',
  offline: 'You are offline. This list may be out of date.',
  denied: 'Notifications are unavailable. Your sign-in may have expired.',
  retry: 'Try again',
  arrived: { one: '{n} new notification', other: '{n} new notifications' },
  close: 'Close',
};
