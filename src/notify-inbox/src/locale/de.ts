import type { Texts } from '../bell/text.js';

const german: Texts = {
  title: 'Benachrichtigungen',
  unreadCount: { one: '{n} ungelesen', other: '{n} ungelesen' },
  all: 'Alle',
  onlyUnread: 'Ungelesen',
  unread: 'Ungelesen',
  markAll: 'Alle als gelesen markieren',
  markRead: 'Als gelesen markieren',
  markUnread: 'Als ungelesen markieren',
  archive: 'Archivieren',
  archived: 'Archiviert',
  remove: 'Löschen',
  removed: 'Gelöscht',
  undo: 'Rückgängig',
  more: 'Mehr laden',
  empty: 'Keine Benachrichtigungen',
  emptyHint: 'Neue Benachrichtigungen erscheinen hier.',
  emptyUnread: 'Alles gelesen',
  offline: 'Keine Verbindung. Diese Liste ist möglicherweise nicht aktuell.',
  denied: 'Benachrichtigungen sind nicht verfügbar. Die Anmeldung ist möglicherweise abgelaufen.',
  retry: 'Erneut versuchen',
  arrived: { one: '{n} neue Benachrichtigung', other: '{n} neue Benachrichtigungen' },
  close: 'Schließen',
};

export default german;
