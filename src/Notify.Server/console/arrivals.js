import { copyOnClick } from './copy.js';

// The list of arrivals. However many come, the page is written to once a frame and holds the newest 200.
const most = 200, longestText = 4000, longestLine = 96, longestStart = 300;

function element(name, className, text) {
  const made = document.createElement(name);
  made.className = className;
  made.textContent = text;
  return made;
}

function button(className, text, label) {
  const made = element('button', className, text);
  made.type = 'button';
  made.setAttribute('aria-label', label);
  return made;
}

// No line break of the output is inside a string.
function oneLine(data) {
  return JSON.stringify(data, null, 1).replace(/\n\s*/g, ' ');
}

function pretty(data) {
  const text = JSON.stringify(data, null, 2);
  return text.length > longestText ? `${text.slice(0, longestText)}\n… ${text.length - longestText} characters more` : text;
}

function delay(arrival) {
  if (arrival.sinceSend !== undefined) {
    const made = element('span', 'delay', `${arrival.sinceSend.toFixed(1)} ms after you pressed Send`);
    made.title = 'Measured on this page alone, from its request to the arrival';
    return made;
  }

  const made = element('span', 'delay', arrival.byClocks === undefined ? '' : `${arrival.byClocks} ms after it was sent`);
  made.title = 'The clock of this computer minus the clock of the server: as right as the two agree';
  return made;
}

function row(arrival) {
  const item = document.createElement('li');
  const head = element('div', 'about', '');
  const number = element('span', 'offset', arrival.own ? '' : `#${arrival.offset}`);
  number.title = arrival.own ? '' : `Offset ${arrival.offset} in epoch ${arrival.epoch}`;
  const json = element('pre', 'json', '');
  const copy = button('small', 'Copy', 'Copy this notification');
  head.append(
    element('b', 'name', arrival.own ? 'this connection' : arrival.channel || '(empty name)'), number, delay(arrival),
    element('time', '', arrival.time.toLocaleTimeString('en-GB', { hour12: false })), copy);
  const line = oneLine(arrival.data);
  json.textContent = line.length > longestStart ? `${line.slice(0, longestStart)}…` : line;
  copyOnClick(copy, json, () => JSON.stringify(arrival.data));
  item.append(head, json);
  if (line.length > longestLine) {
    fold(item, head, json, arrival.data, json.textContent);
  }

  item.dataset.text = `${arrival.channel}\n${line}`.toLowerCase();
  return item;
}

function fold(item, head, json, data, start) {
  const unfold = button('small', 'Unfold', 'Show the whole notification');
  unfold.setAttribute('aria-expanded', 'false');
  item.classList.add('folded');
  unfold.addEventListener('click', () => {
    const isFolded = item.classList.toggle('folded');
    json.textContent = isFolded ? start : pretty(data);
    unfold.textContent = isFolded ? 'Unfold' : 'Fold';
    unfold.setAttribute('aria-expanded', String(!isFolded));
  });
  head.append(unfold);
}

export function createArrivals({ list, nothing, kept, pause, clear, filter }, drawn) {
  let waiting = [], isPaused = false, isAsked = false, wanted = '';

  function flush() {
    isAsked = false;
    drawn();
    if (isPaused || waiting.length === 0) {
      return;
    }

    const rows = document.createDocumentFragment();
    rows.append(...waiting.slice(-most).map(row).reverse());
    [...rows.children].forEach(sift);
    waiting = [];
    list.prepend(rows);
    while (list.childElementCount > most) {
      list.lastElementChild.remove();
    }

    show();
  }

  function sift(item) {
    item.hidden = !item.dataset.text.includes(wanted);
  }

  function show() {
    const isEmpty = list.childElementCount === 0;
    list.hidden = isEmpty;
    nothing.hidden = !isEmpty;
    const shown = wanted === '' ? '' : `${list.querySelectorAll('li:not([hidden])').length} of ${list.childElementCount} have this text. `;
    kept.textContent = shown + (list.childElementCount === most ? `The list has the newest ${most}.` : '');
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
  filter.addEventListener('input', () => {
    wanted = filter.value.trim().toLowerCase();
    [...list.children].forEach(sift);
    show();
  });

  return {
    add(arrival) {
      waiting.push(arrival);

      // A hidden or paused page draws nothing, and still holds no more than the newest.
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
