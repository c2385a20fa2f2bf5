// Where less room than this is left, the panel opens to the other side.
const least = 300;

/** Places the panel at its button, `bottom-end` for example. The style sheet keeps it within the window. */
export function place(panel: HTMLElement, anchor: HTMLElement, placement: string): void {
  const { top, bottom, left, right } = anchor.getBoundingClientRect();
  const { clientWidth, clientHeight } = document.documentElement;
  const below = clientHeight - bottom;
  const up = (placement.startsWith('top') ? top : below) < least ? top > below : placement.startsWith('top');
  const toRight = placement.endsWith('start') === (getComputedStyle(anchor).direction === 'rtl');
  panel.classList.toggle('up', up);
  panel.classList.toggle('right', toRight);
  panel.style.setProperty('--block', `${up ? clientHeight - top : bottom}px`);
  panel.style.setProperty('--inline', `${toRight ? clientWidth - right : left}px`);
}
