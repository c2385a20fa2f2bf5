// Where less room than this is left, the panel opens to the other side.
const least = 300;
const gap = 8;

/** Places the panel at its button, `bottom-end` for example, and keeps it within the window. */
export function place(panel: HTMLElement, anchor: HTMLElement, placement: string): void {
  const { top, bottom, left, right } = anchor.getBoundingClientRect();
  const { clientWidth, clientHeight } = document.documentElement;
  const below = clientHeight - bottom;
  const up = (placement.startsWith('top') ? top : below) < least ? top > below : placement.startsWith('top');
  const toRight = placement.endsWith('start') === (getComputedStyle(anchor).direction === 'rtl');
  const block = `${(up ? clientHeight - top : bottom) + gap}px`;
  const inline = `clamp(${gap}px, ${toRight ? clientWidth - right : left}px, 100% - var(--width) - ${gap}px)`;
  const { style } = panel;
  style.inset = 'auto';
  style[up ? 'bottom' : 'top'] = block;
  style[toRight ? 'right' : 'left'] = inline;
  style.setProperty('--block', block);
}
