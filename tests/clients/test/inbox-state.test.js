import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { importModules } from '../lib/modules.js';

let client;
before(async () => (client = await importModules('ranges', 'marks', 'list', 'state', 'initial', 'targets', 'view', 'queue', 'fault')));

/** Numbers that a seed repeats. */
const randomOf = seed => {
  let state = seed;
  return below => (state = (state * 48271) % 0x7fffffff) % below;
};

const toRanges = offsets => {
  const ranges = [];
  for (const offset of [...offsets].sort((a, b) => a - b)) {
    if (ranges.at(-1) === offset - 1) {
      ranges[ranges.length - 1] = offset;
    } else {
      ranges.push(offset, offset);
    }
  }
  return ranges;
};

const notification = (channel, epoch, offset, more) =>
  ({ type: 'notification', channel, epoch, offset, id: `${channel}.${offset}`, at: new Date(offset * 1000).toISOString(), data: offset, ...more });
const joined = (channel, epoch, offset, recovered = false) => ({ type: 'joined', channel, epoch, offset, recovered });
const inbox = (channel, epoch, offset, rev, more) => ({ type: 'inbox', channel, epoch, offset, rev, floor: 0, ...more });
const sets = more => ({ seen: [], read: [], archived: [], clicked: [], gone: [], ...more });
const item = (channel, epoch, offset, more) =>
  ({ channel, epoch, offset, id: `${channel}.${offset}`, at: new Date(offset * 1000).toISOString(), data: offset, meta: null,
    seen: false, read: false, archived: false, clicked: false, ...more });

const after = (state, ...changes) => changes.reduce(client.reduce, state);
const shown = (state, pending = state.marks) => client.snapshotOf(state, pending);
const counts = ({ unread, unseen, total }) => ({ unread, unseen, total });

test('sets of ranges do what sets of offsets do', () => {
  const random = randomOf(Date.now() % 0x7ffffffe + 1);
  for (let round = 0; round < 3000; round++) {
    const some = () => new Set(Array.from({ length: random(12) }, () => 1 + random(30)));
    const [a, b, floor, last] = [some(), some(), random(30), random(30)];
    const [x, y] = [toRanges(a), toRanges(b)];
    assert.deepEqual(client.union(x, y), toRanges(new Set([...a, ...b])));
    assert.deepEqual(client.except(x, y), toRanges([...a].filter(offset => !b.has(offset))));
    assert.deepEqual(client.clip(x, floor, last), toRanges([...a].filter(offset => offset > floor && offset <= last)));
    assert.equal(client.size(x), a.size);
    for (let offset = 0; offset <= 31; offset++) {
      assert.equal(client.contains(x, offset), a.has(offset));
    }
  }
});

test('lists are merged by time, and each channel keeps its order where its times go back', () => {
  const at = (channel, offset, seconds) => item(channel, 'e', offset, { at: new Date(seconds * 1000).toISOString() });
  const own = [at('user:1', 3, 10), at('user:1', 2, 30), at('user:1', 1, 5)];
  const all = [at('announce:all', 2, 20), at('announce:all', 1, 1)];
  const merged = client.merged(own, [...all, own[1]]);
  assert.deepEqual(merged.map(({ channel, offset }) => `${channel[0]}${offset}`), ['a2', 'u3', 'u2', 'u1', 'a1']);
});

describe('what a tab knows', () => {
  const start = () => after(client.emptyState('user:1'), joined('user:1', 'e', 3),
    { type: 'page', before: '', items: [3, 2, 1].map(offset => item('user:1', 'e', offset)), next: null },
    inbox('user:1', 'e', 3, 0, { state: sets() }));

  test('a state that comes late or twice changes nothing', () => {
    const news = [
      inbox('user:1', 'e', 3, 1, { state: sets({ seen: [1, 3], read: [1, 2] }) }),
      inbox('user:1', 'e', 4, 1),
      inbox('user:1', 'e', 4, 2, { state: sets({ seen: [1, 4], read: [1, 4] }) }),
    ];
    const wanted = after(start(), ...news);
    assert.deepEqual(counts(shown(wanted)), { unread: 0, unseen: 0, total: 4 });
    assert.deepEqual(after(wanted, news[0]), wanted);
    assert.deepEqual(after(wanted, news[1]), wanted);
    assert.deepEqual(after(wanted, news[2]), wanted);
    assert.deepEqual(after(start(), news[0], news[2], news[1], news[0]).own, wanted.own);
  });

  test('a head without marks does not belong to marks of another version', () => {
    const state = after(start(), inbox('user:1', 'e', 4, 1));
    assert.deepEqual(state.own, start().own);
  });

  test('another epoch replaces everything, and the list is loaded again', () => {
    const state = after(start(), joined('user:1', 'f', 1), inbox('user:1', 'f', 1, 0, { state: sets() }));
    assert.deepEqual(counts(shown(state)), { unread: 1, unseen: 1, total: 1 });
    assert.deepEqual([state.items, state.isLoaded], [[], false]);
    const old = { key: '1', mark: { as: 'read', epoch: 'e', items: [1, 3] } };
    assert.equal(shown(state, [old]).unread, 1, 'a mark of the other epoch is for other items');
    const late = after(state, notification('user:1', 'e', 4), { type: 'page', before: '', items: [item('user:1', 'e', 3)], next: null });
    assert.deepEqual(shown(late).items, []);
  });

  test('notifications are taken once, also when a replay repeats them, and gone ones only move the position', () => {
    const state = after(start(), notification('user:1', 'e', 4), notification('user:1', 'e', 4), notification('user:1', 'e', 2),
      notification('user:1', 'e', 5, { data: null, gone: true }));
    assert.deepEqual(shown(state).items.map(({ offset }) => offset), [4, 3, 2, 1]);
    assert.deepEqual(state.positions['user:1'], { epoch: 'e', offset: 5 });
  });

  test('a recovered join keeps the list; another one has it loaded again, without what lies behind the gap', () => {
    assert.equal(after(start(), joined('user:1', 'e', 3, true)).isLoaded, true);
    const lost = after(start(), joined('user:1', 'e', 200), notification('user:1', 'e', 201));
    assert.equal(lost.isLoaded, false);
    assert.equal(shown(lost).items.length, 4, 'what is there is shown meanwhile');
    const page = { type: 'page', before: '', items: [200, 199].map(offset => item('user:1', 'e', offset)), next: 'v1.x' };
    const loaded = after(lost, page);
    assert.deepEqual(shown(loaded).items.map(({ offset }) => offset), [201, 200, 199]);
    assert.deepEqual([loaded.isLoaded, loaded.next, shown(loaded).more], [true, 'v1.x', true]);
  });

  test('older pages are added, and one that was asked for twice counts once', () => {
    const first = after(client.emptyState('user:1'), joined('user:1', 'e', 4),
      { type: 'page', before: '', items: [4, 3].map(offset => item('user:1', 'e', offset)), next: 'a' });
    const page = { type: 'page', before: 'a', items: [2].map(offset => item('user:1', 'e', offset)), next: 'b' };
    const second = after(first, page, { type: 'page', before: 'b', items: [item('user:1', 'e', 1)], next: null }, page);
    assert.deepEqual(second.items.map(({ offset }) => offset), [4, 3, 2, 1]);
    assert.equal(second.next, null);
  });

  test('items that nothing has changed are the same objects, and so is the whole', () => {
    const [state, before] = [start(), shown(start())];
    assert.equal(client.snapshotOf(state, [], before), before);
    const marked = after(state, inbox('user:1', 'e', 3, 1, { state: sets({ seen: [2, 2] }) }));
    const now = client.snapshotOf(marked, [], before);
    assert.deepEqual(now.items.map((each, i) => each === before.items[i]), [true, false, true]);
  });

  test('an announcement that the user has not read counts, and marks of another epoch do not', () => {
    const follows = { 'announce:all': { epoch: 'f', from: 2, seen: [3, 3], read: [3, 3], archived: [], gone: [4, 4] } };
    const head = { type: 'announcement', channel: 'announce:all', epoch: 'f', offset: 6, rev: 1, floor: 0, backlog: 1, gone: [5, 5] };
    const state = after(start(), { type: 'follow', channels: ['announce:all'] }, inbox('user:1', 'e', 3, 1, { state: sets(), follows }), head);
    assert.deepEqual(counts(shown(state)), { unread: 3 + 1, unseen: 3 + 1, total: 3 + 2 });
    const other = after(state, { ...head, epoch: 'g', rev: 0 });
    assert.deepEqual(counts(shown(other)), { unread: 3 + 4, unseen: 3 + 4, total: 3 + 4 });
    const left = after(state, { type: 'left', channel: 'announce:all' });
    assert.deepEqual(counts(shown(left)), { unread: 3, unseen: 3, total: 3 });
  });

  test('a page that was rendered with the list shows it at once', () => {
    const channels = [{ channel: 'user:1', epoch: 'e', offset: 9, rev: 2 }, { channel: 'announce:all', epoch: null, offset: 0, rev: 0 }];
    const items = [item('user:1', 'e', 9), item('user:1', 'e', 8, { read: true, seen: true })];
    const state = client.initialState('user:1', { unread: 5, unseen: 4, total: 8, items, next: 'x', channels });
    const { items: list, more, ...rest } = shown(state);
    assert.deepEqual(counts(rest), { unread: 5, unseen: 4, total: 8 });
    assert.deepEqual([list.map(({ offset, read }) => [offset, read]), more], [[[9, false], [8, true]], true]);
    assert.deepEqual(state.positions, { 'user:1': { epoch: 'e', offset: 9 } });
    const live = after(state, joined('user:1', 'e', 9, true), inbox('user:1', 'e', 9, 2, { floor: 1, state: sets({ seen: [8, 8], read: [8, 8] }) }));
    assert.deepEqual([counts(shown(live)), live.isLoaded], [{ unread: 7, unseen: 7, total: 8 }, true]);
  });

  test('a mark is for the items that are shown, and not for one that comes later', () => {
    const state = after(start(), { type: 'follow', channels: ['announce:all'] }, joined('announce:all', 'f', 7));
    const list = after(state, { type: 'page', before: '', items: [], next: null });
    assert.deepEqual(client.marksFor(start(), 'read', 'shown'), [{ as: 'read', epoch: 'e', items: [1, 3] }]);
    assert.deepEqual(client.marksFor({ ...list, isLoaded: true }, 'read', 'shown'),
      [{ as: 'read', epoch: 'e', items: [1, 3] }, { as: 'read', of: 'announce:all', epoch: 'f', items: [1, 7] }]);
    assert.deepEqual(client.marksFor(state, 'read', 'shown'), [], 'no list is shown');
    assert.deepEqual(client.marksFor(start(), 'seen', [item('user:1', 'e', 1), item('user:1', 'e', 3), item('announce:all', 'f', 2)]),
      [{ as: 'seen', epoch: 'e', items: [1, 1] }, { as: 'seen', epoch: 'e', items: [3, 3] }, { as: 'seen', of: 'announce:all', epoch: 'f', items: [2, 2] }]);
    assert.deepEqual(client.marksFor(start(), 'archived', { upTo: item('user:1', 'e', 2) }), [{ as: 'archived', epoch: 'e', items: [1, 2] }]);
  });

  test('marks are told to the server as it takes them', () => {
    assert.deepEqual(client.wireMark({ as: 'read', epoch: 'e', items: [1, 9] }), { as: 'read', epoch: 'e', offsets: [[1, 9]] });
    assert.deepEqual(client.wireMark({ as: 'seen', of: 'a', epoch: 'e', items: [2, 2] }), { as: 'seen', of: 'a', epoch: 'e', offsets: [[2, 2]] });
  });

  test('a mark that changes nothing is known', () => {
    const state = after(start(), inbox('user:1', 'e', 3, 1, { state: sets({ seen: [1, 3] }) }));
    const changes = (as, items, pending = []) => client.changesSomething(state, pending, { as, epoch: 'e', items });
    assert.deepEqual([changes('seen', [1, 3]), changes('read', [1, 3]), changes('unread', [1, 3])], [false, true, false]);
    const pending = [{ key: '1', mark: { as: 'read', epoch: 'e', items: [1, 3] } }];
    assert.deepEqual([changes('read', [1, 3], pending), changes('unread', [2, 2], pending)], [false, true]);
  });

  test('a confirmed mark stays until the state has it, so that the number does not jump', () => {
    const mark = { key: '1', mark: { as: 'read', epoch: 'e', items: [1, 3] } };
    const queued = after(start(), { type: 'queued', marks: [mark] }, { type: 'queued', marks: [mark] });
    assert.deepEqual([queued.marks.length, shown(queued).unread], [1, 0]);
    const marked = after(queued, { type: 'marked', keys: ['1'], epoch: 'e', rev: 1 });
    assert.deepEqual([marked.marks.length, shown(marked).unread], [1, 0]);
    const told = after(marked, inbox('user:1', 'e', 3, 1, { state: sets({ seen: [1, 3], read: [1, 3] }) }));
    assert.deepEqual([told.marks.length, shown(told).unread], [0, 0]);
    const first = after(queued, inbox('user:1', 'e', 3, 1, { state: sets({ seen: [1, 3], read: [1, 3] }) }), { type: 'marked', keys: ['1'], epoch: 'e', rev: 1 });
    assert.equal(first.marks.length, 0, 'the state came first');
    assert.equal(shown(after(queued, { type: 'dropped', keys: ['1'] })).unread, 3);
  });

  test('an archived item that another device puts back is noticed', () => {
    const archived = after(start(), inbox('user:1', 'e', 3, 1, { state: sets({ seen: [2, 2], read: [2, 2], archived: [2, 2] }) }));
    const back = after(archived, inbox('user:1', 'e', 3, 2, { state: sets({ seen: [2, 2], read: [2, 2] }) }));
    const gone = after(archived, inbox('user:1', 'e', 3, 2, { state: sets({ gone: [2, 2] }) }));
    const old = after(archived, inbox('user:1', 'e', 3, 2, { floor: 2, state: sets() }));
    assert.deepEqual([back, gone, old].map(state => client.hasReturned(archived, state)), [true, false, false]);
  });
});

describe('the queue of marks', () => {
  /** A queue, and a server that answers with what `answer` returns or throws. */
  const start = (t, count, answer) => {
    t.mock.timers.enable({ apis: ['setTimeout'] });
    const user = {
      state: after(client.emptyState('user:1'), { type: 'queued', marks: Array.from({ length: count }, (_, n) => pending(n + 1)) }),
      errors: [],
      change(change) {
        this.state = after(this.state, change);
        this.errors.push(...change.type === 'error' ? [change.error.code] : []);
      },
    };
    const messages = [];
    let isLive = true;
    const queue = client.queueMarks(user, () => isLive, async marks => {
      messages.push(marks.map(({ items }) => items[0]));
      answer?.(marks, messages.length);
      return { epoch: 'e', rev: messages.length };
    });
    return { queue, user, messages, cut: () => (isLive = false), settled: () => new Promise(setImmediate) };
  };
  const pending = n => ({ key: String(n), mark: { as: 'read', epoch: 'e', items: [n, n] } });
  const upTo = n => Array.from({ length: n }, (_, i) => i + 1);

  test('marks that come together are one message, in their order', async t => {
    const { queue, user, messages, settled } = start(t, 3);
    queue.wake();
    t.mock.timers.tick(200);
    user.change({ type: 'queued', marks: [pending(4)] });
    queue.wake();
    await settled();
    assert.deepEqual(messages, []);
    t.mock.timers.tick(100);
    await settled();
    assert.deepEqual(messages, [[1, 2, 3, 4]]);
    assert.ok(user.state.marks.every(({ confirmed }) => confirmed.rev === 1));
  });

  test('many marks are several messages', async t => {
    const { queue, messages, settled } = start(t, 120);
    queue.flush();
    await settled();
    assert.deepEqual(messages, [upTo(50), upTo(100).slice(50), upTo(120).slice(100)]);
  });

  test('one refused mark is dropped with an error, and the others are made', async t => {
    const { queue, user, messages, settled } = start(t, 4, marks => {
      if (marks.some(({ items }) => items[0] === 2)) {
        throw client.fault('stale_epoch', 'another epoch');
      }
    });
    queue.flush();
    await settled();
    assert.deepEqual(messages, [[1, 2, 3, 4], [1], [2], [3], [4]]);
    assert.deepEqual(user.errors, ['stale_epoch']);
    assert.deepEqual(user.state.marks.map(({ key }) => key), ['1', '3', '4']);
  });

  test('marks that the server cannot make now are sent again later', async t => {
    const { queue, user, messages, settled } = start(t, 2, (_, attempt) => {
      if (attempt === 1) {
        throw client.fault('unavailable');
      }
    });
    queue.flush();
    await settled();
    assert.deepEqual([messages.length, user.errors], [1, []]);
    t.mock.timers.tick(2000);
    await settled();
    assert.deepEqual(messages, [[1, 2], [1, 2]]);
  });

  test('without a connection nothing is sent, and nothing is tried for ever', async t => {
    const { queue, messages, cut, settled } = start(t, 2);
    cut();
    queue.wake(0);
    t.mock.timers.tick(60_000);
    await settled();
    assert.deepEqual(messages, []);
  });
});

describe('random inboxes', () => {
  const KINDS = ['seen', 'read', 'unread', 'archived', 'unarchived', 'clicked', 'deleted'];
  // What each kind of mark does to an item, in the plainest way.
  const EFFECTS = {
    seen: { seen: true },
    read: { read: true, seen: true },
    unread: { read: false, archived: false },
    archived: { archived: true, read: true, seen: true },
    unarchived: { archived: false },
    clicked: { clicked: true, read: true, seen: true },
    deleted: { gone: true },
  };

  /** A server with one inbox as a list of flags, and a device that is told late, twice, or not at all. */
  class World {
    items = [];
    floor = 0;
    rev = 0;
    told = [];
    pending = [];
    confirmed = 0;

    constructor(random) {
      this.random = random;
      this.state = after(client.emptyState('user:1'), joined('user:1', 'e', 0), { type: 'page', before: '', items: [], next: null });
      this.tell(true);
    }

    get offset() {
      return this.items.length;
    }

    get listed() {
      return this.items.filter(each => each.offset > this.floor && !each.gone);
    }

    tell(withState) {
      const of = name => toRanges(this.items.filter(each => each[name] && each.offset > this.floor).map(({ offset }) => offset));
      const state = { seen: of('seen'), read: of('read'), archived: of('archived'), clicked: of('clicked'), gone: of('gone') };
      this.told.push(inbox('user:1', 'e', this.offset, this.rev, { floor: this.floor, ...withState && { state } }));
    }

    publish() {
      this.items.push({ offset: this.offset + 1 });
      const isTrimmed = this.offset - this.floor > 12;
      this.floor = Math.max(this.floor, this.offset - 12);
      this.told.push(notification('user:1', 'e', this.offset));
      if (isTrimmed || this.random(4) === 0) {
        this.rev++;
        this.tell(true);
      } else {
        this.tell(false);
      }
    }

    /** A mark of another device, or the next one of this device. */
    apply({ as, items }) {
      this.items.filter(each => client.contains(items, each.offset) && each.offset > this.floor && !each.gone)
        .forEach(each => Object.assign(each, EFFECTS[as]));
      this.rev++;
      this.tell(true);
    }

    mark() {
      const [from, to] = [1 + this.random(this.offset + 2), this.random(5)];
      return { as: KINDS[this.random(KINDS.length)], epoch: 'e', items: this.random(3) === 0 ? [1, from] : [from, from + to] };
    }

    /** The device is told the next message, and perhaps an old one again. */
    hear(count) {
      for (const message of this.told.splice(0, count)) {
        this.heard ??= [];
        this.heard.push(message);
        this.state = after(this.state, message);
        if (this.random(3) === 0) {
          this.state = after(this.state, this.heard[this.random(this.heard.length)]);
        }
      }
    }

    step(n) {
      switch (this.random(6)) {
        case 0: this.publish(); break;
        case 1: this.apply(this.mark()); break;
        case 2: this.hear(1 + this.random(4)); break;
        case 3: {
          const marks = [{ key: String(n), mark: this.mark() }];
          this.pending.push(...marks);
          this.state = after(this.state, { type: 'queued', marks });
          break;
        }
        case 4:
          if (this.pending.length > 0) {
            // The server makes the marks in their order; the answer comes before or after the state.
            const { key, mark } = this.pending.shift();
            this.apply(mark);
            const answer = { type: 'marked', keys: [key], epoch: 'e', rev: this.rev };
            if (this.random(2) === 0) {
              this.hear(this.told.length);
            }
            this.state = after(this.state, answer);
          }
          break;
        default:
          if (this.pending.length > 0 && this.random(4) === 0) {
            const { key } = this.pending.shift();
            this.state = after(this.state, { type: 'dropped', keys: [key] });
          }
      }
    }

    /** Everything is told, and the pending marks are what the server will make of them. */
    check(message) {
      this.hear(this.told.length);
      const wanted = this.items.map(each => ({ ...each }));
      for (const { mark } of this.pending) {
        wanted.filter(each => client.contains(mark.items, each.offset) && each.offset > this.floor && !each.gone)
          .forEach(each => Object.assign(each, EFFECTS[mark.as]));
      }
      const listed = wanted.filter(each => each.offset > this.floor && !each.gone);
      const now = shown(this.state);
      assert.deepEqual(counts(now), {
        unread: listed.filter(each => !each.read).length,
        unseen: listed.filter(each => !each.seen).length,
        total: listed.length,
      }, message);
      const flags = each => [each.offset, Boolean(each.seen), Boolean(each.read), Boolean(each.clicked)];
      assert.deepEqual(now.items.map(flags), listed.filter(each => !each.archived).reverse().map(flags), message);
      assert.equal(this.state.marks.length, this.pending.length, message);
    }
  }

  test('the numbers are those of a list of flags, however late or often the states come', t => {
    const first = Date.now() % 100_000_000 + 1;
    t.diagnostic(`seeds ${first} to ${first + 399}`);
    for (let seed = first; seed < first + 400; seed++) {
      const world = new World(randomOf(seed));
      for (let n = 0; n < 60; n++) {
        world.step(n);
        if (n % 20 === 19) {
          world.check(`seed ${seed}, step ${n}`);
        }
      }
    }
  });
});
