using Notify.Broker.Channels;
using Notify.Broker.Inboxes;
using Xunit.Abstractions;

namespace Notify.Broker.Tests.Inboxes;

/// <summary>
/// Compares what users have of announcements with lists of items, over random announcements, marks and changes of the epoch.
/// </summary>
public sealed class FollowModelTests(ITestOutputHelper output)
{
    private const string Name = "announce:all";
    private const int Window = 20;
    private const int StepsPerSeed = 300;

    private static readonly InboxMarkKind[] Kinds = Enum.GetValues<InboxMarkKind>();

    [Fact]
    public void The_counts_and_lists_of_all_users_are_those_of_lists_of_items()
    {
        var (marks, epochs, late) = (0, 0, 0);
        for (var seed = 1; seed <= ModelSeeds.Count; seed++)
        {
            var run = new Run(seed);
            for (var step = 0; step < StepsPerSeed; step++)
            {
                run.Step($"seed {seed}, step {step}");
            }

            (marks, epochs, late) = (marks + run.Marks, epochs + run.Epochs, late + run.Late);
        }

        var seeds = ModelSeeds.Count;
        output.WriteLine($"Seeds 1 to {seeds}, {seeds * StepsPerSeed} steps, {marks} marks, {epochs} epochs, {late} late followers.");
        Assert.True(marks > seeds * 15 && epochs > seeds && late > seeds);
    }

    private sealed class Run
    {
        private readonly Random _random;
        private readonly bool _areOffsetsKept;
        private readonly InboxState[] _users;
        private readonly ModelFollower[] _models;
        private readonly List<long> _live = [];
        private RangeSet _gone = RangeSet.Empty;
        private string _epoch = "e0";
        private long _last;
        private long _backlog;
        private long _floor;
        private long _revision;

        public Run(int seed)
        {
            _random = new Random(seed);
            _areOffsetsKept = seed % 2 == 0;
            var users = _random.Next(1, 21);
            _users = [.. Enumerable.Range(0, users).Select(_ => new InboxState(Window))];
            _models = [.. Enumerable.Range(0, users).Select(_ => new ModelFollower())];
        }

        public int Marks { get; private set; }

        public int Epochs { get; private set; }

        public int Late { get; private set; }

        private long Floor => Math.Max(_floor, _last - Window);

        private AnnouncementHead Head => new(
            Name,
            new Position(_epoch, _last),
            _revision,
            Floor,
            Math.Max(Floor, _backlog),
            _gone.Clip(Floor, _last),
            _areOffsetsKept);

        public void Step(string where)
        {
            switch (_random.Next(20))
            {
                case < 6:
                    _live.Add(++_last);
                    _live.RemoveAll(item => item <= Floor);
                    break;
                case 6:
                    // Time passes.
                    _backlog = _random.NextInt64(_backlog, _last + 1);
                    break;
                case 7 when _live.Count > 0:
                    var recalled = _live[_random.Next(_live.Count)];
                    _live.Remove(recalled);
                    _gone = _gone.Union(RangeSet.Of(recalled, recalled));
                    _revision++;
                    break;
                case 8 when _random.Next(4) == 0:
                    BeginEpoch();
                    break;
                case < 12:
                    Follow(_random.Next(_users.Length), where);
                    break;
                default:
                    Mark(_random.Next(_users.Length), where);
                    break;
            }

            Compare(where);
        }

        // With a durable store the offsets continue, but some at the end may be lost. In memory they begin again.
        private void BeginEpoch()
        {
            _epoch = $"e{++Epochs}";
            var last = _areOffsetsKept ? Math.Max(Floor, _last - _random.Next(3)) : 0;
            _floor = _areOffsetsKept ? Floor : 0;
            (_last, _backlog) = (last, Math.Min(_backlog, last));
            _live.RemoveAll(item => item > last);
            _gone = _areOffsetsKept ? _gone.Clip(0, last) : RangeSet.Empty;

            // Everybody is told at once. Somebody who is told later may have marks of lost announcements, which nothing can tell apart.
            for (var user = 0; user < _users.Length; user++)
            {
                if (_models[user].From is not { } from)
                {
                    continue;
                }

                _models[user].Clip(last);
                _models[user].From = _areOffsetsKept ? Math.Min(from, last) : Head.Backlog;
                _users[user] = Assert.IsType<InboxState>(_users[user].Mark([], 0, [Head]));
            }
        }

        private void Follow(int user, string where)
        {
            var next = _users[user].Mark([], last: 0, [Head]);
            Assert.True(next is null == _models[user].From is not null, where);
            if (next is not null)
            {
                Late += _last > 0 ? 1 : 0;
                _models[user].From = Head.Backlog;
                _users[user] = next;
            }
        }

        private void Mark(int user, string where)
        {
            var head = Head;
            var kind = Kinds[_random.Next(Kinds.Length)];
            var from = _random.NextInt64(Math.Max(0, _last - (2 * Window)), _last + 3);
            var to = from + _random.Next(-1, 6);
            var others = _users.Where((_, other) => other != user).Select(each => each.Follows.Find(Name)?.Count(head)).ToList();
            _models[user].From ??= head.Backlog;
            _models[user].Mark(kind, _live.Where(item => item >= from && item <= to && item > _models[user].From));
            var next = _users[user].Mark([new InboxMark(kind, RangeSet.Of(from, to), head)], last: 0, [head]);
            if (next is not null)
            {
                Marks++;
                Assert.Equal(_users[user].Revision + 1, next.Revision);
                Assert.Null(next.Mark([new InboxMark(kind, RangeSet.Of(from, to), head)], last: 0, [head]));

                // The state that the next owner reads from the store is the same.
                _users[user] = InboxFormat.Decode(InboxFormat.Encode(next), next.Revision, Window);
                Assert.Equal(next, _users[user]);
            }

            // One user's marks change no other's numbers.
            Assert.Equal(
                others, _users.Where((_, other) => other != user).Select(each => each.Follows.Find(Name)?.Count(head)).ToList());
            Assert.True(_users[user].Count(0) == default, where);
        }

        private void Compare(string where)
        {
            var head = Head;
            for (var user = 0; user < _users.Length; user++)
            {
                var follow = _users[user].Follows.Find(head);
                var model = _models[user].From is null ? new ModelFollower { From = head.Backlog } : _models[user];
                var counts = follow.Count(head);
                Assert.True(counts == model.Count(_live), $"{where}, user {user}: {counts} is not {model.Count(_live)}");
                foreach (var filter in Enum.GetValues<InboxFilter>())
                {
                    Assert.Equal(model.List(_live, filter), follow.Select(filter, long.MaxValue, int.MaxValue, head));
                }
            }
        }
    }
}
