// The address of this server: where this page is, also behind a proxy that adds a path in front of it.
export const base = new URL('.', location.href);
base.search = base.hash = '';

export function at(path) {
  return new URL(path, base).href;
}
