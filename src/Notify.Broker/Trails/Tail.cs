namespace Notify.Broker.Trails;

/// <summary>Collects what one operator watches, until it is read. What does not fit is counted.</summary>
/// <param name="id">Identifies the operator's request.</param>
/// <param name="filter">The channels.</param>
internal sealed class Tail(Guid id, TailFilter filter)
{
    /// <summary>The largest number of events between two reads.</summary>
    public const int MaxEvents = 25;

    private readonly Lock _lock = new();
    private List<TailEvent> _events = [];
    private long _skipped;

    public Guid Id => id;

    public TailFilter Filter => filter;

    /// <summary>Gets or sets when the tail was last read, in milliseconds of the monotonic clock.</summary>
    public long ReadAt { get; set; }

    /// <summary>Adds an event, unless there are too many.</summary>
    /// <param name="create">Creates the event.</param>
    /// <param name="state">The argument of <paramref name="create"/>.</param>
    public void Add<TState>(Func<TState, TailEvent> create, TState state)
    {
        lock (_lock)
        {
            if (_events.Count < MaxEvents)
            {
                _events.Add(create(state));
            }
            else
            {
                _skipped++;
            }
        }
    }

    /// <summary>Removes and returns the events.</summary>
    public TailPage Read()
    {
        lock (_lock)
        {
            var page = new TailPage(_events, _skipped);
            (_events, _skipped) = ([], 0);
            return page;
        }
    }
}
