namespace Notify.Chaos;

/// <summary>
/// Knows what an inbox must contain after the publishes and marks that were answered. No mark takes another one back, so it does not matter
/// when a repeated request arrives.
/// </summary>
internal sealed class InboxModel
{
    /// <summary>The marks that it knows.</summary>
    public static readonly IReadOnlyList<string> Kinds = ["seen", "read", "archived", "clicked", "deleted"];

    private const int Size = 200;

    private readonly Lock _lock = new();
    private readonly HashSet<long> _published = [];
    private readonly HashSet<long> _replaced = [];
    private readonly Dictionary<string, long> _keys = [];
    private readonly List<(string Kind, long From, long To)> _marks = [];

    /// <summary>Gets the offsets of the answered publishes.</summary>
    public IReadOnlyCollection<long> Published
    {
        get
        {
            lock (_lock)
            {
                return [.. _published];
            }
        }
    }

    /// <summary>Gets the number of answered marks.</summary>
    public int Marks
    {
        get
        {
            lock (_lock)
            {
                return _marks.Count;
            }
        }
    }

    /// <summary>Records an answered publish.</summary>
    public void Publish(long offset, string? key)
    {
        lock (_lock)
        {
            _published.Add(offset);
            if (key is not null && _keys.Remove(key, out var replaced))
            {
                _replaced.Add(replaced);
            }

            if (key is not null)
            {
                _keys[key] = offset;
            }
        }
    }

    /// <summary>Records an answered mark.</summary>
    public void Mark(string kind, long from, long to)
    {
        lock (_lock)
        {
            _marks.Add((kind, from, to));
        }
    }

    /// <summary>Returns whether an item was deleted or replaced.</summary>
    public bool IsGone(long offset)
    {
        lock (_lock)
        {
            return _replaced.Contains(offset) || Has(offset, "deleted");
        }
    }

    /// <summary>Returns the items by their offsets.</summary>
    public IReadOnlyDictionary<long, InboxItem> Items()
    {
        lock (_lock)
        {
            var floor = _published.DefaultIfEmpty().Max() - Size;
            return _published
                .Where(offset => offset > floor && !_replaced.Contains(offset) && !Has(offset, "deleted"))
                .ToDictionary(offset => offset, Item);
        }
    }

    private InboxItem Item(long offset)
    {
        var (isArchived, isClicked) = (Has(offset, "archived"), Has(offset, "clicked"));
        var isRead = isArchived || isClicked || Has(offset, "read");
        return new InboxItem(isRead || Has(offset, "seen"), isRead, isArchived, isClicked);
    }

    private bool Has(long offset, string kind) => _marks.Exists(mark => mark.Kind == kind && mark.From <= offset && offset <= mark.To);
}
