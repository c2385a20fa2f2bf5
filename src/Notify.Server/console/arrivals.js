// The list of arrivals. However many come, the page is written to once a frame and holds the newest 200.
const most = 200, longestText = 4000, longestLine = 76;

function element(name, className, text) {
  const made = document.createElement(name);
  made.className = className;
  made.textContent = text;
  return made;
}

function pretty(data) {
  // No line break of the output is inside a string.
  const line = JSON.stringify(data, null, 1).replace(/\n\s*/g, ' ');
  const text = line.length <= longestLine ? line : JSON.stringify(data, null, 2);
  return text.length > longestText ? `${text.slice(0, longestText)}\n… ${text.length - longestText} characters more` : text;
}

function delay(arrival) {
  if (arrival.sinceSend !== undefined) {
    const made = element('span', 'delay', `${arrival.sinceSend.toFixed(1)} ms from send to arrival`);
    made.title = 'Measured on this page alone, from its request to the arrival';
    return made;
  }

  const made = element('span', 'delay', arrival.byClocks === undefined ? '' : `${arrival.byClocks} ms delay by clocks`);
  made.title = 'The clock here minus the clock of the server: as right as the two agree';
  return made;
}

function row(arrival) {
  const item = document.createElement('li');
  const head = element('div', 'about', '');
  head.append(
    element('b', 'name', arrival.own ? 'this connection' : arrival.channel || '(empty name)'),
    element('span', 'offset', arrival.own ? '' : `offset ${arrival.offset}`),
    delay(arrival),
    element('time', '', arrival.time.toLocaleTimeString('en-GB', { hour12: false })));
  item.append(head, element('pre', '', pretty(arrival.data)));
  return item;
}

export function createArrivals({ list, nothing, kept, pause, clear }, drawn) {
  let waiting = [], isPaused = false, isAsked = false;

  function flush() {
    isAsked = false;
    drawn();
    if (isPaused || waiting.length === 0) {
      return;
    }

    const rows = document.createDocumentFragment();
    rows.append(...waiting.slice(-most).map(row).reverse());
    waiting = [];
    list.prepend(rows);
    while (list.childElementCount > most) {
      list.lastElementChild.remove();
    }

    show();
  }

  function show() {
    const isEmpty = list.childElementCount === 0;
    list.hidden = isEmpty;
    nothing.hidden = !isEmpty;
    kept.textContent = list.childElementCount === most ? `The newest ${most} are kept.` : '';
  }

  pause.addEventListener('click', () => {
    isPaused = !isPaused;
    pause.textContent = isPaused ? 'Resume' : 'Pause';
    pause.setAttribute('aria-pressed', String(isPaused));
    flush();
  });
  clear.addEventListener('click', () => {
    waiting = [];
    list.replaceChildren();
    show();
  });

  return {
    add(arrival) {
      waiting.push(arrival);

      // A hidden or paused page draws nothing, and still keeps no more than the newest.
      if (waiting.length > 2 * most) {
        waiting = waiting.slice(-most);
      }

      if (!isAsked) {
        isAsked = true;
        requestAnimationFrame(flush);
      }
    },
  };
}
