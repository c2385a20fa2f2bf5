// Notifications per second over the last minute, one bar a second, the newest at the right.
const seconds = 60, height = 30;

export function createRate(chart, { now, peak, total }) {
  const counts = new Array(seconds).fill(0);
  const bars = counts.map((_, index) => {
    const bar = document.createElementNS('http://www.w3.org/2000/svg', 'rect');
    bar.setAttribute('x', index + 0.12);
    bar.setAttribute('width', 0.76);
    chart.append(bar);
    return bar;
  });
  let second = Math.floor(performance.now() / 1000), all = 0;

  function draw() {
    const highest = Math.max(...counts);
    const scale = Math.max(highest, 5);
    bars.forEach((bar, index) => {
      const size = counts[index] === 0 ? 0.4 : Math.max(1.2, counts[index] / scale * height);
      bar.setAttribute('y', height - size);
      bar.setAttribute('height', size);
      bar.toggleAttribute('data-some', counts[index] > 0);
    });

    // The last whole second: the running one has only begun.
    now.textContent = counts[seconds - 2].toLocaleString('en');
    peak.textContent = highest.toLocaleString('en');
    total.textContent = all.toLocaleString('en');
  }

  function advance() {
    const current = Math.floor(performance.now() / 1000);
    for (let passed = Math.min(seconds, current - second); passed > 0; passed--) {
      counts.shift();
      counts.push(0);
    }

    second = current;
  }

  setInterval(() => {
    advance();
    draw();
  }, 1000);
  draw();
  return {
    add() {
      advance();
      counts[seconds - 1]++;
      all++;
    },
    draw,
  };
}
