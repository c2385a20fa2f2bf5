/** Creates an element from its class, which is also its part, its properties and its children. Text stays text: nothing parses HTML. */
export function el<K extends keyof HTMLElementTagNameMap>(
  name: K, part = '', properties: Partial<HTMLElementTagNameMap[K]> = {}, ...children: (Node | string)[]): HTMLElementTagNameMap[K] {
  const element = Object.assign(document.createElement(name), properties);
  if (part) element.className = element.part.value = part;
  element.append(...children);
  return element;
}

/** Creates a button that is not a part of any form. */
export function button(part: string, onclick: (event: Event) => void, ...children: (Node | string)[]): HTMLButtonElement {
  return el('button', part, { type: 'button', onclick }, ...children);
}

/** Names what has no text: for screen readers, and for who points at it. */
export function label(element: HTMLElement, text: string): void {
  element.title = element.ariaLabel = text;
}

/** Sets an attribute that has no property. */
export function set(element: Element, name: string, value: string): void {
  element.setAttribute(name, value);
}

/** The lines of the icons, drawn in a square of 24. */
const shapes = {
  bell: 'M6 9a6 6 0 0 1 12 0c0 5.5 2.5 7.5 2.5 7.5h-17S6 14.5 6 9M10 20a2.3 2.3 0 0 0 4 0',
  read: 'M5 12.5 9.5 17 19 7.5',
  unread: 'M3.5 6h17v12h-17zM4 7l8 6 8-6',
  archive: 'M3.5 5h17v4h-17zM5.5 9v10h13V9M10 13h4',
  remove: 'M4 7h16M9.5 7V4.5h5V7M6.5 7l.8 12.5h9.4L17.5 7',
};

/** Draws an icon. */
export function icon(name: keyof typeof shapes): SVGElement {
  const space = 'http://www.w3.org/2000/svg';
  const svg = document.createElementNS(space, 'svg');
  const path = document.createElementNS(space, 'path');
  set(svg, 'viewBox', '0 0 24 24');
  set(path, 'd', shapes[name]);
  svg.ariaHidden = 'true';
  svg.append(path);
  return svg;
}
