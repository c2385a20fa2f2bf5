import type { Position, Target } from './api.js';
import type { Mark, MarkKind } from './marks.js';
import type { State } from './state.js';

/** Returns the marks for a target. */
export function marksFor(state: State, as: MarkKind, target: Target): Mark[] {
  const mark = (channel: string, { epoch, offset }: Position, from: number): Mark =>
    ({ as, ...(channel === state.channel ? {} : { of: channel }), epoch, items: [from, offset] });
  if (target === 'shown') {
    // What has been received is shown, or is older than what is shown. Items that arrive later are neither.
    return state.isLoaded
      ? Object.entries(state.positions).filter(([, { offset }]) => offset > 0).map(([channel, position]) => mark(channel, position, 1))
      : [];
  }
  return 'upTo' in target
    ? [mark(target.upTo.channel, target.upTo, 1)]
    : ('offset' in target ? [target] : target).map((item) => mark(item.channel, item, item.offset));
}
