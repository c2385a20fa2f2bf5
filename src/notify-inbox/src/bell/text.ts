import { english } from './english.js';

/** A sentence with a number `{n}`, in the plural forms of its language. */
export type Plural = Readonly<Partial<Record<Intl.LDMLPluralRule, string>>> & { readonly other: string };

/** Every text of the bell. */
export interface Texts {
  readonly title: string;
  readonly unreadCount: Plural;
  readonly all: string;
  readonly onlyUnread: string;
  readonly unread: string;
  readonly markAll: string;
  readonly markRead: string;
  readonly markUnread: string;
  readonly archive: string;
  readonly archived: string;
  readonly remove: string;
  readonly removed: string;
  readonly undo: string;
  readonly more: string;
  readonly empty: string;
  readonly emptyHint: string;
  readonly emptyUnread: string;
  readonly offline: string;
  readonly denied: string;
  readonly retry: string;
  readonly arrived: Plural;
  readonly close: string;
}

/** The texts, numbers and times of one language. */
export interface Language extends Texts {
  readonly tag: string;
  /** Puts a number into a sentence. */
  count(forms: Plural, n: number): string;
  /** Says how long ago a moment was, and its date when it was more than a week ago. */
  ago(at: Date): string;
}

/** Creates a language. Texts that are missing are English. */
export function createLanguage(wanted: string, texts: Partial<Texts> = {}): Language {
  // A page may have any text as its language, and only some are names.
  const tag = /^[a-z]{2,3}(-[a-z\d]{2,8})*$/i.test(wanted) && Intl.PluralRules.supportedLocalesOf(wanted)[0] || 'en';
  const rules = new Intl.PluralRules(tag);
  const relative = new Intl.RelativeTimeFormat(tag, { numeric: 'auto', style: 'short' });
  return {
    ...english, ...texts, tag,
    count: (forms, n) => (forms[rules.select(n)] ?? forms.other).replace('{n}', n.toLocaleString(tag)),
    ago: (at) => {
      const seconds = Math.max(0, (Date.now() - at.getTime()) / 1000);
      const [unit, length]: [Intl.RelativeTimeFormatUnit, number] =
        seconds < 60 ? ['second', Infinity] : seconds < 3600 ? ['minute', 60] : seconds < 86400 ? ['hour', 3600] : ['day', 86400];
      return seconds < 604800 ? relative.format(-Math.floor(seconds / length), unit) : at.toLocaleDateString(tag, { dateStyle: 'medium' });
    },
  };
}

// Read while the script runs for the first time: later, a script does not know its own address.
const script = import.meta.url || (globalThis.document?.currentScript as HTMLScriptElement | null)?.src;

/** Loads the texts of a language, which lie beside the script. Returns null for a language without texts there. */
export async function loadTexts(tag: string): Promise<Partial<Texts> | null> {
  const name = tag.slice(0, 2).toLowerCase();
  if (name === 'en') return {};
  if (!/^(de|es|fr)\b/i.test(tag)) return null;
  try {
    return (await import(new URL(`locale/${name}.js`, script).href) as { default: Texts }).default;
  } catch {
    // A page that is bundled has no texts beside its script: it sets them.
    return null;
  }
}
