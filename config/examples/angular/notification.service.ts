import { DestroyRef, Injectable, InjectionToken, inject, signal } from '@angular/core';
import { Observable, share } from 'rxjs';
import { io } from 'socket.io-client';

/** The address of the server, and the public key that pages need to connect. */
export interface NotifySettings {
  url: string;
  key: string;

  /** Fetches a token, where channels need one. Called for each connection, and before the token expires. */
  getToken?: () => Promise<string | null>;
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
  readonly #socket = io(this.#settings.url, {
    query: { notificationKey: this.#settings.key },
    // Without an answer from your backend, try again as after any other break.
    auth: give => this.#token().then(token => give({ token }), () => this.#socket.io.engine.close()),
  });
  readonly #channels = new Map<string, Observable<NotificationEvent>>();
  readonly #connected = signal(false);

  /** Whether the client is connected. */
  readonly connected = this.#connected.asReadonly();

  constructor() {
    this.#socket.on('connect', () => this.#connected.set(true));
    this.#socket.on('disconnect', () => this.#connected.set(false));
    this.#socket.on('TOKEN_EXPIRING', () => this.#token().then(token => token && this.#socket.emit('auth', token), () => {}));
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

  async #token(): Promise<string | null> {
    return await this.#settings.getToken?.() ?? null;
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

      const refuse = (refused: Error & { data?: { code: string } }) => {
        if (refused.data) {
          subscriber.error(new Error(`cannot join ${channel}: ${refused.data.code}`));
        }
      };

      this.#socket.on('connect', join).on('connect_error', refuse).on('NEW_NOTIFICATION', receive);
      if (this.#socket.connected) {
        join();
      }

      return () => {
        this.#channels.delete(channel);
        this.#socket.off('connect', join).off('connect_error', refuse).off('NEW_NOTIFICATION', receive);
        if (this.#socket.connected) {
          this.#socket.emit('leave', channel);
        }
      };
    });
  }
}
