using Notify.Broker.Inboxes;
using Notify.Broker.Tests.Inboxes;

namespace Notify.Broker.Tests.Simulation;

/// <summary>
/// Knows the numbers of one epoch of an inbox at each of its versions: a list of items, changed in the order in which the changes were
/// stored, and counted by hand.
/// </summary>
internal sealed class InboxTruth
{
    /// <summary>The number of newest notifications that are items.</summary>
    public const int Size = 20;

    private readonly ModelInbox _model = new(Size);
    private readonly HashSet<long> _gone = [];
    private readonly Dictionary<long, long> _expiries = [];
    private readonly Dictionary<(long Offset, long Revision), InboxCounts> _versions = new() { [(0, 0)] = default };

    /// <summary>Gets the number of changes of the marks.</summary>
    public long Revision { get; private set; }

    /// <summary>Gets the newest offset.</summary>
    public long Last => _model.Last;

    /// <summary>Returns whether a notification is gone, or has expired although that is not stored yet.</summary>
    public bool IsGone(long offset, long now) => _gone.Contains(offset) || (_expiries.TryGetValue(offset, out var at) && at <= now);

    /// <summary>Applies what was stored.</summary>
    /// <param name="change">What it does to the items.</param>
    /// <param name="inbox">The stored marks; null when they stay.</param>
    public void Apply(Action<ModelInbox> change, InboxState? inbox)
    {
        var hasChanged = Run(change);
        Assert.True(hasChanged);
        Revision += inbox is null ? 0 : 1;
        foreach (var item in _model.Items.Where(item => item.ExpiresAt is not null))
        {
            _expiries[item.Offset] = item.ExpiresAt!.Value;
        }

        _gone.UnionWith(_model.Items.Where(item => item.Gone).Select(item => item.Offset));

        // A version is new with each change, and neither part goes back.
        _versions.Add((Last, Revision), _model.Counts);
        if (inbox is not null)
        {
            Check(inbox);
        }
    }

    /// <summary>Checks marks that are answered without a change.</summary>
    public void CheckUnchanged(Action<ModelInbox> change) => Assert.False(Run(change));

    /// <summary>Checks what a client was told.</summary>
    public void CheckTold(long offset, long revision, InboxCounts counts)
    {
        Assert.True(_versions.TryGetValue((offset, revision), out var known), $"There is no version {offset}/{revision}.");
        Assert.Equal(known, counts);
    }

    /// <summary>Checks that the marks of the newest version are those of the items.</summary>
    public void Check(InboxState inbox)
    {
        Assert.Equal(Revision, inbox.Revision);
        Assert.Equal(_model.Counts, inbox.Count(Last));
        Assert.Equal(_model.Floor, inbox.FloorAt(Last));
        foreach (var item in _model.Items.Where(item => !item.Gone))
        {
            Assert.Equal(
                (item.Seen, item.Read, item.Archived, item.Clicked, false),
                (inbox.Seen.Contains(item.Offset),
                    inbox.Read.Contains(item.Offset),
                    inbox.Archived.Contains(item.Offset),
                    inbox.Clicked.Contains(item.Offset),
                    inbox.Gone.Contains(item.Offset)));
        }
    }

    private bool Run(Action<ModelInbox> change)
    {
        var (last, before) = (_model.Last, _model.Items.Select(item => item with { }).ToList());
        change(_model);
        return last != _model.Last || !before.SequenceEqual(_model.Items);
    }
}
