import type { Texts } from '../bell/text.js';

const spanish: Texts = {
  title: 'Notificaciones',
  unreadCount: { one: '{n} sin leer', other: '{n} sin leer' },
  all: 'Todas',
  onlyUnread: 'Sin leer',
  unread: 'Sin leer',
  markAll: 'Marcar todo como leído',
  markRead: 'Marcar como leída',
  markUnread: 'Marcar como no leída',
  archive: 'Archivar',
  archived: 'Notificación archivada',
  remove: 'Eliminar',
  removed: 'Notificación eliminada',
  undo: 'Deshacer',
  more: 'Cargar más',
  empty: 'No hay notificaciones',
  emptyHint: 'Las notificaciones nuevas aparecerán aquí.',
  emptyUnread: 'No queda nada por leer',
  offline: 'Sin conexión. Es posible que esta lista no esté actualizada.',
  denied: 'Las notificaciones no están disponibles. Es posible que tu sesión haya caducado.',
  retry: 'Reintentar',
  arrived: { one: '{n} notificación nueva', other: '{n} notificaciones nuevas' },
  close: 'Cerrar',
};

export default spanish;
