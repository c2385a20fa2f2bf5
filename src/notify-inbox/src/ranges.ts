/** A set of offsets: ranges in ascending order that neither overlap nor touch, flat, as the server tells them: from, to, from, to. */
export type Ranges = readonly number[];

/** Returns the number of offsets. */
export function size(ranges: Ranges): number {
  let sum = 0;
  for (let i = 0; i < ranges.length; i += 2) {
    sum += ranges[i + 1]! - ranges[i]! + 1;
  }
  return sum;
}

/** Returns the offsets that are in either set. */
export function union(a: Ranges, b: Ranges): Ranges {
  const pairs: [number, number][] = [];
  for (const ranges of [a, b]) {
    for (let i = 0; i < ranges.length; i += 2) {
      pairs.push([ranges[i]!, ranges[i + 1]!]);
    }
  }
  const merged: number[] = [];
  for (const [from, to] of pairs.sort((x, y) => x[0] - y[0])) {
    const last = merged.length - 1;
    if (last > 0 && from <= merged[last]! + 1) {
      merged[last] = Math.max(merged[last]!, to);
    } else {
      merged.push(from, to);
    }
  }
  return merged;
}

/** Returns the offsets that are in the first set, but not in the second. */
export function except(a: Ranges, b: Ranges): Ranges {
  const rest: number[] = [];
  for (let i = 0; i < a.length; i += 2) {
    let from = a[i]!;
    const to = a[i + 1]!;
    for (let j = 0; j < b.length && b[j]! <= to; j += 2) {
      if (b[j + 1]! >= from) {
        if (b[j]! > from) {
          rest.push(from, b[j]! - 1);
        }
        from = b[j + 1]! + 1;
      }
    }
    if (from <= to) {
      rest.push(from, to);
    }
  }
  return rest;
}

/** Returns the offsets above a floor, up to a last one. */
export const clip = (ranges: Ranges, floor: number, last: number): Ranges => except(ranges, [0, floor, last + 1, Infinity]);

/** Returns whether a set has an offset. */
export const contains = (ranges: Ranges, offset: number): boolean => clip(ranges, offset - 1, offset).length > 0;
