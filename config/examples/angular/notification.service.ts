import { DestroyRef, Injectable, InjectionToken, inject, signal } from '@angular/core';
import { Observable, share } from 'rxjs';
import { io } from 'socket.io-client';

/** The address of the server, and the public key that pages need to connect. */
export interface NotifySettings {
  url: string;
  key: string;
}

/** Provide it at the start of the application: `{ provide: NOTIFY_SETTINGS, useValue: { url: '…', key: '…' } }`. */
export const NOTIFY_SETTINGS = new InjectionToken<NotifySettings>('NOTIFY_SETTINGS');

/** A notification and its position in its channel. */
export interface NotificationEvent<T = unknown> {
  channel: string;
  epoch: string;
  offset: number;
  id: string;
  at: string;
  data: T;
}

type Place = Omit<NotificationEvent, 'data'>;

/** One connection for the whole application. A channel is joined while it has listeners, and again after every reconnect. */
@Injectable({ providedIn: 'root' })
export class NotificationService {
  readonly #settings = inject(NOTIFY_SETTINGS);
  readonly #socket = io(this.#settings.url, { query: { notificationKey: this.#settings.key } });
  readonly #channels = new Map<string, Observable<NotificationEvent>>();
  readonly #connected = signal(false);

  /** Whether the client is connected. */
  readonly connected = this.#connected.asReadonly();

  constructor() {
    this.#socket.on('connect', () => this.#connected.set(true));
    this.#socket.on('disconnect', () => this.#connected.set(false));
    inject(DestroyRef).onDestroy(() => this.#socket.disconnect());
  }

  /** The notifications of a channel from now on. Fails if the channel cannot be joined; otherwise it never completes. */
  on<T = unknown>(channel: string): Observable<NotificationEvent<T>> {
    let events = this.#channels.get(channel);
    if (!events) {
      events = this.#listen(channel).pipe(share());
      this.#channels.set(channel, events);
    }

    return events as Observable<NotificationEvent<T>>;
  }

  #listen(channel: string): Observable<NotificationEvent> {
    return new Observable(subscriber => {
      const join = () => this.#socket.emit('join', channel, {}, (answer: { error?: string }) => {
        if (answer.error) {
          subscriber.error(new Error(`cannot join ${channel}: ${answer.error}`));
        }
      });
      const receive = (data: unknown, place?: Place) => {
        if (place?.channel === channel) {
          subscriber.next({ ...place, data });
        }
      };

      this.#socket.on('connect', join).on('NEW_NOTIFICATION', receive);
      if (this.#socket.connected) {
        join();
      }

      return () => {
        this.#channels.delete(channel);
        this.#socket.off('connect', join).off('NEW_NOTIFICATION', receive);
        if (this.#socket.connected) {
          this.#socket.emit('leave', channel);
        }
      };
    });
  }
}
