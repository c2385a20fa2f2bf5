import { button, el } from './dom.js';
import type { Language } from './text.js';

const patience = 5000;

/** A step that a user can take back. */
export interface Step {
  /** Takes the step back. */
  undo(): void;
  /** Makes it final, when the time is over. */
  commit?(): void;
}

/** Creates the bar that offers to undo the last step, for five seconds. */
export function createUndo() {
  let step: Step | null = null;
  let timer = 0;
  const end = (name: 'undo' | 'commit') => {
    const last = step;
    clearTimeout(timer);
    step = null;
    node.hidden = true;
    last?.[name]?.();
  };
  const wait = () => {
    // Who is about to press the button has the time for it.
    timer = window.setTimeout(() => node.matches(':hover, :focus-within') ? wait() : end('commit'), patience);
  };
  const text = el('span');
  const undo = button('link', () => end('undo'));
  const node = el('div', 'bar undo', { hidden: true }, text, undo);
  return {
    node,
    /** Offers to undo a step. The step before it becomes final. */
    offer(next: Step, said: string, language: Language): void {
      end('commit');
      step = next;
      text.textContent = said;
      undo.textContent = language.undo;
      node.hidden = false;
      wait();
    },
    /** Makes the step final now. */
    flush: () => end('commit'),
  };
}
