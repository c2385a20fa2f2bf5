const pause = 5000;

/** Creates what tells screen readers by a live region: at most one sentence in five seconds. */
export function createAnnouncer(region: HTMLElement, arrived: (n: number) => string) {
  let timer = 0, count = 0, text = '';
  const speak = () => {
    const sentence = text || (count && arrived(count)) || '';
    if (!text) count = 0;
    text = '';
    region.textContent = sentence;
    timer = sentence ? window.setTimeout(speak, pause) : 0;
  };
  return {
    /** Says what became of the user's last command. */
    say(sentence: string): void {
      text = sentence;
      if (!timer) speak();
    },
    /** Counts a notification, and says how many there were since the last sentence. */
    count(): void {
      count++;
      if (!timer) speak();
    },
  };
}
