using Notify.Broker.Inboxes;
using Xunit.Abstractions;

namespace Notify.Broker.Tests.Inboxes;

/// <summary>Compares the state of an inbox with a list of items, over random steps (P16, P19, P24, P25).</summary>
public sealed class InboxModelTests(ITestOutputHelper output)
{
    private const int StepsPerSeed = 1000;
    private const int Size = 20;

    private static readonly InboxMarkKind[] Kinds = Enum.GetValues<InboxMarkKind>();

    [Fact]
    public void The_counts_and_sets_are_those_of_a_list_of_items()
    {
        var changes = 0;
        for (var seed = 1; seed <= ModelSeeds.Count; seed++)
        {
            changes += Run(seed);
        }

        output.WriteLine($"Seeds 1 to {ModelSeeds.Count}, {ModelSeeds.Count * StepsPerSeed} steps, {changes} changes.");
        Assert.InRange(changes, ModelSeeds.Count * 100, ModelSeeds.Count * 900);
    }

    private static int Run(int seed)
    {
        var random = new Random(seed);
        var model = new ModelInbox(Size);
        var state = new InboxState(Size);
        for (var step = 0; step < StepsPerSeed; step++)
        {
            switch (random.Next(10))
            {
                case < 3:
                    model.Publish();
                    break;
                case 3:
                    state = Publish(random, model, state, step);
                    break;
                case 4 when step % 2 == 0:
                    var isExpired = model.Expire(step);
                    var expired = state.Expire(step, model.Last);
                    Assert.True(isExpired == (expired is not null), Where(seed, step));
                    state = expired ?? state;
                    break;
                case 4:
                    var floor = random.NextInt64(model.Floor, model.Last + 2);
                    var had = model.Items.Any(item => item.Offset <= floor);
                    model.Trim(floor);
                    var trimmed = state.Trim(floor, model.Last);
                    Assert.True(had == (trimmed is not null), Where(seed, step));
                    state = trimmed ?? state;
                    break;
                case 5:
                    // The state that the next owner reads from the store is the same.
                    state = InboxFormat.Decode(InboxFormat.Encode(state), state.Revision, Size);
                    break;
                default:
                    state = Mark(random, model, state, Where(seed, step));
                    break;
            }

            Compare(model, state, Where(seed, step));
        }

        return (int)state.Revision;
    }

    private static InboxState Publish(Random random, ModelInbox model, InboxState state, int step)
    {
        var effects = new ItemEffects(
            random.Next(2) == 0 ? random.Next(4) : null, random.Next(3) == 0 ? step + random.Next(40) : null, random.Next(5) == 0);
        model.Publish(effects);
        var after = state.Append(model.Last, effects);
        Assert.Equal(effects == default, after is null);
        return after ?? state;
    }

    private static InboxState Mark(Random random, ModelInbox model, InboxState state, string where)
    {
        var marks = new List<InboxMark>();
        var before = model.Items.Select(item => item with { }).ToList();
        for (var count = random.Next(1, 4); count > 0; count--)
        {
            var kind = Kinds[random.Next(Kinds.Length)];
            var from = random.NextInt64(Math.Max(0, model.Last - (2 * Size)), model.Last + 4);
            var to = from + random.Next(-1, 6);
            model.Mark(kind, from, to);
            marks.Add(new InboxMark(kind, RangeSet.Of(from, to)));
        }

        var after = state.Mark(marks, model.Last);
        var changed = model.Items.Zip(before).Count(pair => pair.First != pair.Second);
        Assert.True(changed > 0 == (after is not null), where);
        if (after is not null)
        {
            Assert.Equal(state.Revision + 1, after.Revision);
            Assert.True(changed == state.CountChanged(after), where);
            Assert.Null(after.Mark([new InboxMark(InboxMarkKind.Deleted, after.Gone)], model.Last));
        }

        return after ?? state;
    }

    private static void Compare(ModelInbox model, InboxState state, string where)
    {
        Assert.True(state.Count(model.Last) == model.Counts, $"{where}: {state.Count(model.Last)} is not {model.Counts}");
        Assert.Equal(model.Floor, state.FloorAt(model.Last));
        var live = model.Items.Where(item => !item.Gone).ToList();
        Assert.Equal(live.Where(item => item.Key is not null).Select(item => item.Offset), Above(state.Keys));
        Assert.Equal(live.Where(item => item.ExpiresAt is not null).Select(item => item.Offset), Above(state.Expiries));

        IEnumerable<long> Above(OffsetMap map) => map.Select(entry => entry.Offset).Where(offset => offset > model.Floor);

        foreach (var item in model.Items)
        {
            var here = new ModelInbox.Item(item.Offset)
            {
                Seen = state.Seen.Contains(item.Offset),
                Read = state.Read.Contains(item.Offset),
                Archived = state.Archived.Contains(item.Offset),
                Clicked = state.Clicked.Contains(item.Offset),
                Gone = state.Gone.Contains(item.Offset),
                Key = item.Key,
                ExpiresAt = item.ExpiresAt,
            };
            Assert.True(here == item, $"{where}: {here} is not {item}");
        }
    }

    private static string Where(int seed, int step) => $"seed {seed}, step {step}";
}
