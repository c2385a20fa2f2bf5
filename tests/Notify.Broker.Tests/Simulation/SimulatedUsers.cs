using System.Globalization;
using System.Text;
using Notify.Broker.Inboxes;
using Notify.Broker.Messages;

namespace Notify.Broker.Tests.Simulation;

/// <summary>Simulates users who mark items, and repeat each request until it is answered; and knows what their inboxes must be.</summary>
internal sealed class SimulatedUsers(SimulatedCluster world, Random random)
{
    private static readonly InboxMarkKind[] Kinds = [.. Enum.GetValues<InboxMarkKind>().Except([InboxMarkKind.Recalled])];

    private readonly List<PendingMark> _pending = [];
    private readonly List<InboxMarked> _answered = [];
    private readonly Dictionary<(string Channel, string Epoch), InboxTruth> _truths = [];

    /// <summary>Gets the marks that were answered, except those with the offsets of another epoch.</summary>
    public int Answered => _answered.Count;

    /// <summary>Gets how many of them had to be sent again.</summary>
    public int Repeated { get; private set; }

    public bool AreWaiting => _pending.Count > 0;

    public static bool IsInbox(string channel) => channel.StartsWith("inbox", StringComparison.Ordinal);

    public InboxTruth Of(string channel, string epoch)
    {
        if (!_truths.TryGetValue((channel, epoch), out var truth))
        {
            _truths.Add((channel, epoch), truth = new InboxTruth());
        }

        return truth;
    }

    /// <summary>Returns whether everything between two offsets is gone, so that nobody is told of it.</summary>
    public bool AreGone(string channel, string epoch, long after, long before)
    {
        for (var offset = after + 1; offset < before; offset++)
        {
            if (!IsInbox(channel) || !Of(channel, epoch).IsGone(offset, world.Seconds))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Returns the fields of a publish.</summary>
    public ReadOnlyMemory<byte> Fields(string channel)
    {
        var fields = new List<string>();
        if (IsInbox(channel) && random.Next(3) == 0)
        {
            fields.Add($"\"collapseKey\":\"{random.Next(3)}\"");
        }

        if (IsInbox(channel) && random.Next(6) == 0)
        {
            var at = DateTimeOffset.FromUnixTimeSeconds(world.Seconds + random.Next(40)).ToString("O", CultureInfo.InvariantCulture);
            fields.Add($"\"expiresAt\":\"{at}\"");
        }

        if (IsInbox(channel) && random.Next(10) == 0)
        {
            fields.Add("\"silent\":true");
        }

        return fields.Count == 0 ? default : Encoding.UTF8.GetBytes($"{{{string.Join(',', fields)}}}");
    }

    public void Mark(string channel)
    {
        var head = world.HeadOf(channel);
        var marks = Enumerable.Range(0, random.Next(1, 3)).Select(_ =>
        {
            var kind = Kinds[random.Next(Kinds.Length)];
            var from = Math.Max(1, (head?.Offset ?? 0) + 3 - random.Next(InboxTruth.Size + 5));
            return head is null || random.Next(4) == 0
                ? new InboxMarkRequest(kind == InboxMarkKind.Deleted ? InboxMarkKind.Read : kind, null, null, [], IsAll: true)
                : new InboxMarkRequest(kind, head.Value.Epoch, RangeSet.Of(from, from + random.Next(3)), [], IsAll: false);
        });
        var mark = new SimulatedMark(Guid.NewGuid(), new MarkInbox(channel, [.. marks]));
        _pending.Add(new PendingMark(mark, world.Now));
        world.ToOwner(mark, null);
    }

    public void Tick()
    {
        foreach (var pending in _pending.Where(pending => world.Now - pending.SentAt >= SimulatedCluster.Retry))
        {
            pending.SentAt = world.Now;
            pending.Attempts++;
            world.ToOwner(pending.Mark, null);
        }
    }

    public void OnAnswered(SimulatedMarked message)
    {
        if (_pending.Find(pending => pending.Mark.Id == message.Id) is not { } pending)
        {
            return;
        }

        _pending.Remove(pending);
        if (message.Answer.Outcome != InboxMarkOutcome.StaleEpoch)
        {
            var (head, counts) = (message.Answer.Head, message.Answer.Counts);
            Of(message.Answer.Channel, head.Epoch).CheckTold(head.Offset, message.Answer.Revision, counts);
            Repeated += pending.Attempts > 1 ? 1 : 0;
            _answered.Add(message.Answer);
        }
    }

    /// <summary>Checks that an inbox has all answered marks: it is what the stored changes make it, and none of them is older.</summary>
    public void Check(SimulatedOwner owner, bool isDurable)
    {
        var (state, stored) = (owner.State, owner.Inbox!.Stored);
        Of(state.Name, state.Epoch).Check(stored);
        foreach (var answer in _answered.Where(answer => answer.Channel == state.Name))
        {
            Assert.True(answer.Head.Epoch == state.Epoch ? answer.Revision <= stored.Revision : !isDurable);
        }
    }
}
