let count = 0;

/** A channel name that no other test uses. */
export function channel(name = 'channel') {
  return `${name} ${process.pid}-${++count}`;
}
