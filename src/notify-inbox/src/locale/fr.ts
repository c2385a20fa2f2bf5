import type { Texts } from '../bell/text.js';

const french: Texts = {
  title: 'Notifications',
  unreadCount: { one: '{n} non lue', other: '{n} non lues' },
  all: 'Toutes',
  onlyUnread: 'Non lues',
  unread: 'Non lue',
  markAll: 'Tout marquer comme lu',
  markRead: 'Marquer comme lue',
  markUnread: 'Marquer comme non lue',
  archive: 'Archiver',
  archived: 'Notification archivée',
  remove: 'Supprimer',
  removed: 'Notification supprimée',
  undo: 'Annuler',
  more: 'Afficher plus',
  empty: 'Aucune notification',
  emptyHint: 'Les nouvelles notifications apparaîtront ici.',
  emptyUnread: 'Vous avez tout lu',
  offline: 'Vous êtes hors ligne. Cette liste n’est peut-être pas à jour.',
  denied: 'Les notifications ne sont pas disponibles. Votre session a peut-être expiré.',
  retry: 'Réessayer',
  arrived: { one: '{n} nouvelle notification', other: '{n} nouvelles notifications' },
  close: 'Fermer',
};

export default french;
