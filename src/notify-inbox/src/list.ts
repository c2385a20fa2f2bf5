import type { ToldItem } from './messages.js';

/** Names an item. */
export const keyOf = ({ channel, epoch, offset }: ToldItem): string => `${channel} ${epoch} ${offset}`;

/**
 * Merges items into a list, newest first, each once. As on the server, the lists of the channels are merged by time, and each channel keeps
 * its own order, also where its times go back.
 */
export function merged(items: readonly ToldItem[], more: readonly ToldItem[]): readonly ToldItem[] {
  const unique = new Map([...more, ...items].map((item) => [keyOf(item), item]));
  const lists: Record<string, ToldItem[]> = {};
  for (const item of [...unique.values()].sort((a, b) => a.offset - b.offset)) {
    (lists[item.channel] ??= []).push(item);
  }
  const all: ToldItem[] = [];
  for (;;) {
    let first: ToldItem[] | undefined;
    for (const list of Object.values(lists)) {
      if (list.length > 0 && (!first || list.at(-1)!.at > first.at(-1)!.at)) {
        first = list;
      }
    }
    if (!first) {
      return all;
    }
    all.push(first.pop()!);
  }
}
