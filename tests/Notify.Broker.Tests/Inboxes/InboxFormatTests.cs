using Notify.Broker.Inboxes;

namespace Notify.Broker.Tests.Inboxes;

/// <summary>Tests how the state of an inbox is stored.</summary>
public sealed class InboxFormatTests
{
    private const int Size = 200;

    [Fact]
    public void Two_hundred_items_with_a_few_exceptions_need_few_bytes()
    {
        var state = new InboxState(Size).Mark(
            [new(InboxMarkKind.Seen, RangeSet.Of(1, 200)), new(InboxMarkKind.Read, RangeSet.Of([new(1, 194), new(197, 197)]))], 200)!;
        Assert.Equal(15, InboxFormat.Encode(state).Length);
        Assert.Equal(state, InboxFormat.Decode(InboxFormat.Encode(state), 1, Size));
    }

    [Fact]
    public void The_largest_state_of_the_largest_inbox_is_far_below_the_limit()
    {
        var every = RangeSet.Of(Enumerable.Range(1, 500).Select(i => new OffsetRange(2 * i, 2 * i)));
        var kinds = new[] { InboxMarkKind.Archived, InboxMarkKind.Clicked, InboxMarkKind.Deleted };
        var state = new InboxState(1000).Mark(kinds.Select(kind => new InboxMark(kind, every)), 1000)!;
        Assert.InRange(InboxFormat.Encode(state).Length, 5000, InboxFormat.MaxBytes / 4);
    }

    [Fact]
    public void Collapse_keys_and_expiry_times_are_stored()
    {
        var state = new InboxState(Size).Append(9, new ItemEffects(ItemMeta.KeyOf("post 9"), 1_800_000_000, IsSilent: true))!;
        state = state.Append(12, new ItemEffects(ItemMeta.KeyOf("post 10"), null, false))!;
        Assert.Equal(state, InboxFormat.Decode(InboxFormat.Encode(state), 2, Size));
        Assert.Equal([9L, 12L], state.Keys.Select(entry => entry.Offset));
        Assert.Equal(1_800_000_000, state.NextExpiry);
    }

    [Theory]
    [InlineData("", "unknown format")]
    [InlineData("03", "unknown format")]
    [InlineData("0200000000000000", "damaged")]
    [InlineData("0200000000000001000000", "damaged")]
    [InlineData("02", "damaged")]
    [InlineData("020000000000000100", "damaged")]
    [InlineData("02000000000000000021", "damaged")]
    [InlineData("02000000000000000001FF", "damaged")]
    [InlineData("0200000000000000000101FF01610000000000", "damaged")]
    [InlineData("01", "damaged")]
    [InlineData("0100", "damaged")]
    [InlineData("010000000000", "damaged")]
    [InlineData("0100000000000000", "damaged")]
    [InlineData("010080", "damaged")]
    [InlineData("0100010A", "damaged")]
    [InlineData("0100020101000100000000", "damaged")]
    [InlineData("0100FFFFFFFFFFFFFFFF7F", "damaged")]
    [InlineData("010001FFFFFFFFFFFFFFFF7FFFFFFFFFFFFFFFFF7F00000000", "damaged")]
    public void What_is_not_a_state_is_refused(string hex, string why)
    {
        var exception = Assert.Throws<InvalidDataException>(() => InboxFormat.Decode(Convert.FromHexString(hex), 1, Size));
        Assert.Contains(why, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Damaged_bytes_are_refused_or_decode_to_a_state_that_encodes_to_them()
    {
        var random = new Random(7);
        var state = new InboxState(Size).Mark([new(InboxMarkKind.Read, RangeSet.Of([new(3, 90), new(95, 150)]))], 200)!;
        state = state.Append(200, new ItemEffects(ItemMeta.KeyOf("a"), 1_800_000_000, false))!;
        var bytes = InboxFormat.Encode(state);
        for (var i = 0; i < 20_000; i++)
        {
            var damaged = bytes.ToArray();
            damaged[random.Next(1, damaged.Length)] = (byte)random.Next(256);
            try
            {
                var decoded = InboxFormat.Decode(damaged, 1, Size);
                Assert.Equal(decoded, InboxFormat.Decode(InboxFormat.Encode(decoded), 1, Size));
            }
            catch (InvalidDataException)
            {
                // Refused.
            }
        }
    }
}
