import text from './bell.css';

let sheet: CSSStyleSheet | null = null;

/** Returns the style sheet of all bells. A sheet that a script creates needs no permission of a policy, a style element would. */
export function styles(): CSSStyleSheet {
  if (!sheet) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(text);
  }
  return sheet;
}
