// Numbers, sizes and times as people read them.
export const count = number => Number(number).toLocaleString('en', { maximumFractionDigits: 1 });

export function size(bytes) {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let unit = 0;
  while (bytes >= 1000 && unit < units.length - 1) {
    bytes /= 1000;
    unit++;
  }

  return `${bytes.toLocaleString('en', { maximumFractionDigits: bytes < 10 && unit > 0 ? 1 : 0 })} ${units[unit]}`;
}

export function time(text) {
  return text === null ? '–' : new Date(text).toLocaleTimeString('en', { hour12: false });
}

export function dateTime(text) {
  return text === null ? '–' : `${new Date(text).toLocaleDateString('en-CA')} ${time(text)}`;
}

// How long ago something was, or how long something takes.
export function since(text) {
  return duration(Math.max(Date.now() - new Date(text), 0));
}

export function duration(milliseconds) {
  const seconds = Math.floor(milliseconds / 1000);
  const [days, hours, minutes] = [Math.floor(seconds / 86400), Math.floor(seconds / 3600) % 24, Math.floor(seconds / 60) % 60];
  return days > 0 ? `${days} d ${hours} h` : hours > 0 ? `${hours} h ${minutes} min` : minutes > 0 ? `${minutes} min` : `${seconds} s`;
}
