namespace Notify.Protocol.Send.Form;

/// <summary>
/// Represents a list in a form. It is sparse, because <c>a[99]=x</c> costs the sender 8 bytes: empty slots count for its length while the
/// form is merged but take no memory, and are omitted in the result.
/// </summary>
internal sealed class FormArray : FormNode
{
    // Most lists hold one element: a name like a[0][0][0]=x creates three of them in nine bytes.
    private SortedList<int, FormNode>? _items;
    private KeyValuePair<int, FormNode>? _only;

    /// <summary>Gets the index after the last element, including empty slots.</summary>
    public int Length { get; private set; }

    /// <summary>Gets whether this list was created by merging a text with an object. Further texts are then added to this list.</summary>
    public bool IsConflict { get; init; }

    /// <summary>Gets the elements by ascending index, without empty slots.</summary>
    public IEnumerable<KeyValuePair<int, FormNode>> Items =>
        _items ?? (_only is { } only ? [only] : (IEnumerable<KeyValuePair<int, FormNode>>)[]);

    /// <summary>Sets the element at <paramref name="index"/>, and extends the list if necessary.</summary>
    public void Set(int index, FormNode item)
    {
        if (_items is not null)
        {
            _items[index] = item;
        }
        else if (_only is { } only && only.Key != index)
        {
            _items = new SortedList<int, FormNode> { [only.Key] = only.Value, [index] = item };
        }
        else
        {
            _only = KeyValuePair.Create(index, item);
        }

        Length = Math.Max(Length, index + 1);
    }

    /// <summary>Adds an element at the end.</summary>
    public void Add(FormNode item) => Set(Length, item);

    /// <summary>Returns the element at <paramref name="index"/>, or null for an empty slot and after the end.</summary>
    public FormNode? At(int index) =>
        _items is not null ? _items.GetValueOrDefault(index) : _only is { } only && only.Key == index ? only.Value : null;

    /// <summary>Adds the elements of <paramref name="other"/> at the end, including its empty slots.</summary>
    public void Append(FormArray other)
    {
        var start = Length;
        foreach (var (index, item) in other.Items)
        {
            Set(start + index, item);
        }

        Length = start + other.Length;
    }

    /// <inheritdoc/>
    public override string ToJsString() => string.Join(',', Items.Select(item => item.Value.ToJsString()));
}
