import type { ConnectOptions, Inbox } from '../api.js';
import { connect } from '../core.js';
import { type Controller, createController } from './controller.js';
import { styles } from './css.js';
import type { Renderer } from './custom.js';
import type { BellEvents } from './events.js';
import { connectAttributes, readOptions } from './options.js';
import { createLanguage, loadTexts, type Texts } from './text.js';

export type { CountDetail, ItemDetail } from './events.js';
export type { Renderer } from './custom.js';
export type { Plural, Texts } from './text.js';

type Token = NonNullable<ConnectOptions['token']>;

// A server that renders pages imports this, too, and has no elements.
const Base = globalThis.HTMLElement ?? (class {} as typeof HTMLElement);

/** The element `<notify-bell>`: a button with the number of unread notifications, and a panel with their list. */
export class NotifyBell extends Base {
  static readonly observedAttributes = [...connectAttributes, 'lang', 'max', 'state', 'title-badge', 'read-on'];

  readonly #controller: Controller;
  #token: Token | null = null;
  #given: Inbox | null = null;
  #own: Inbox | null = null;
  #texts: Partial<Texts> | null = null;
  #life: AbortController | null = null;
  #turn = 0;

  constructor() {
    super();
    const root = this.attachShadow({ mode: 'open' });
    root.adoptedStyleSheets = [styles()];
    this.#controller = createController(this, root);
  }

  /** Returns a token of the user. It is called at every connect. */
  get token(): Token | null {
    return this.#token;
  }

  set token(token: Token | null) {
    this.#token = token;
    this.#connect();
    // The client stops when its tokens are refused. A new source of tokens is a reason to try again.
    this.#own?.retry();
  }

  /** The client: the one that the page sets, or else the element's own. */
  get inbox(): Inbox | null {
    return this.#controller.inbox;
  }

  set inbox(inbox: Inbox | null) {
    this.#given = inbox;
    this.#connect();
  }

  /** Renders an item in place of the bell. */
  get renderItem(): Renderer | null {
    return this.#controller.renderer;
  }

  set renderItem(renderer: Renderer | null) {
    this.#controller.renderer = renderer;
  }

  /** Texts that replace those of the language. */
  get texts(): Partial<Texts> | null {
    return this.#texts;
  }

  set texts(texts: Partial<Texts> | null) {
    this.#texts = texts;
    void this.#localize();
  }

  connectedCallback(): void {
    // Properties that a script set before this class was there hide the ones of the class.
    for (const name of ['token', 'inbox', 'renderItem', 'texts'] as const) {
      const own = Object.getOwnPropertyDescriptor(this, name);
      if (!own) continue;
      delete (this as Record<string, unknown>)[name];
      Object.assign(this, { [name]: own.value });
    }

    this.#life = new AbortController();
    this.#controller.listen(this.#life.signal);
    void this.#localize();
    this.#connect();
  }

  disconnectedCallback(): void {
    this.#life?.abort();
    this.#controller.close();
    this.#connect();
  }

  attributeChangedCallback(name: string, before: string | null, after: string | null): void {
    if (before === after || !this.isConnected) return;
    if (name === 'lang') void this.#localize();
    else if (connectAttributes.includes(name)) this.#closeOwn();
    this.#connect();
  }

  // A moment later, because attributes and properties come one by one, and an element that is moved leaves the page first.
  #connect(): void {
    const turn = ++this.#turn;
    queueMicrotask(() => {
      if (turn !== this.#turn) return;
      const token = this.#token ? () => this.#token!() : undefined;
      const options = this.isConnected && !this.#given ? readOptions(this, token) : null;
      if (!options) this.#closeOwn();
      else this.#own ??= connect(options);
      this.#controller.bind(this.isConnected ? this.#given ?? this.#own : null);
    });
  }

  #closeOwn(): void {
    this.#controller.flush();
    this.#own?.close();
    this.#own = null;
  }

  get #tag(): string {
    return this.closest<HTMLElement>('[lang]')?.lang || document.documentElement.lang || 'en';
  }

  async #localize(): Promise<void> {
    const [own, tag] = [this.#texts, this.#tag];
    const texts = await loadTexts(tag);
    // Meanwhile another language may have been asked for.
    if (own !== this.#texts || tag !== this.#tag) return;
    this.#controller.language = createLanguage(texts || own ? tag : 'en', { ...texts, ...own });
  }
}

type CustomEvents = { [K in keyof BellEvents]: CustomEvent<BellEvents[K]> };

declare global {
  interface HTMLElementTagNameMap {
    'notify-bell': NotifyBell;
  }

  interface HTMLElementEventMap extends CustomEvents {}
}

const elements = globalThis.customElements;
if (elements && !elements.get('notify-bell')) elements.define('notify-bell', NotifyBell);
