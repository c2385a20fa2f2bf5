/** A button or a link of a notification. */
export interface Action {
  readonly id: string;
  readonly label: string;
  /** Where it leads, if it is a link. */
  readonly url: string | null;
}

/** What a bell shows of a notification. */
export interface Content {
  readonly title: string;
  readonly body: string;
  /** Where a click leads. */
  readonly url: string | null;
  readonly image: string | null;
  /** Who did it. */
  readonly name: string;
  readonly actions: readonly Action[];
  /** Whether `title` is JSON, because the notification has none of the members that a bell knows. */
  readonly raw: boolean;
}

const mostActions = 4;

/** Returns an address if it is http, https or a path of this site, and null otherwise: `javascript:` and `data:` lead nowhere. */
export function safeUrl(url: unknown): string | null {
  // Browsers remove control characters and take a backslash for a slash, so an address with them is not what it seems to be.
  if (typeof url !== 'string' || /[\0-\x20\x7f\\]/.test(url)) return null;
  return /^(https?:\/\/[^/]|\/(?!\/))/i.test(url) && URL.canParse(url, 'http://path') ? url : null;
}

/** Reads the members `title`, `body`, `url`, `icon`, `actor` and `actions`. */
export function readContent(data: unknown): Content {
  const all = members(data);
  const actor = members(all['actor']);
  const [title, body] = [text(typeof data === 'string' ? data : all['title']), text(all['body'])];
  return {
    title: title || body || (JSON.stringify(data) ?? ''),
    body: title && body,
    url: safeUrl(all['url']),
    image: safeUrl(all['icon']) ?? safeUrl(actor['avatar']),
    name: text(actor['name']),
    actions: Array.isArray(all['actions']) ? all['actions'].map(readAction).filter((a) => a !== null).slice(0, mostActions) : [],
    raw: !title && !body,
  };
}

function readAction(value: unknown): Action | null {
  const { id, label, url } = members(value);
  return text(id) && text(label) && (url === undefined || safeUrl(url)) ? { id: text(id), label: text(label), url: safeUrl(url) } : null;
}

function members(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? value as Record<string, unknown> : {};
}

function text(value: unknown): string {
  return typeof value === 'string' ? value.trim() : '';
}
