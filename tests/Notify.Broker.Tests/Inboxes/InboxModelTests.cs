using Notify.Broker.Inboxes;
using Xunit.Abstractions;

namespace Notify.Broker.Tests.Inboxes;

/// <summary>Compares the state of an inbox with a list of items, over a million random steps.</summary>
public sealed class InboxModelTests(ITestOutputHelper output)
{
    private const int StepsPerSeed = 1000;
    private const int Size = 20;

    private static readonly InboxMarkKind[] Kinds = Enum.GetValues<InboxMarkKind>();

    [Fact]
    public void The_counts_and_sets_are_those_of_a_list_of_items()
    {
        var changes = 0;
        for (var seed = 1; seed <= 1000; seed++)
        {
            changes += Run(seed);
        }

        output.WriteLine($"Seeds 1 to 1000, {1000 * StepsPerSeed} steps, {changes} changes.");
        Assert.InRange(changes, 100_000, 900_000);
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
                case < 4:
                    model.Publish();
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
        foreach (var item in model.Items)
        {
            var here = new ModelInbox.Item(item.Offset)
            {
                Seen = state.Seen.Contains(item.Offset),
                Read = state.Read.Contains(item.Offset),
                Archived = state.Archived.Contains(item.Offset),
                Clicked = state.Clicked.Contains(item.Offset),
                Gone = state.Gone.Contains(item.Offset),
            };
            Assert.True(here == item, $"{where}: {here} is not {item}");
        }
    }

    private static string Where(int seed, int step) => $"seed {seed}, step {step}";
}
