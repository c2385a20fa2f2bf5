namespace Notify.Protocol.Send.Form;

/// <summary>
/// A list in a form. It is sparse, because <c>a[99]=x</c> costs the sender 8 bytes: holes count for its length while the form
/// is put together and take no memory; they are left out of the result.
/// </summary>
internal sealed class FormArray : FormNode
{
    // Most lists hold one element: a name like a[0][0][0]=x makes three of them, in nine bytes.
    private SortedList<int, FormNode>? _items;
    private KeyValuePair<int, FormNode>? _only;

    /// <summary>The index behind the last element, holes included.</summary>
    public int Length { get; private set; }

    /// <summary>Whether this list was made by putting a text beside an object; further texts then join this list.</summary>
    public bool IsConflict { get; init; }

    /// <summary>The elements that are there, by ascending index.</summary>
    public IEnumerable<KeyValuePair<int, FormNode>> Items =>
        _items ?? (_only is { } only ? [only] : (IEnumerable<KeyValuePair<int, FormNode>>)[]);

    /// <summary>Sets the element at <paramref name="index"/>, lengthening the list when it is behind the end.</summary>
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

    /// <summary>The element at <paramref name="index"/>, or null for a hole or behind the end.</summary>
    public FormNode? At(int index) =>
        _items is not null ? _items.GetValueOrDefault(index) : _only is { } only && only.Key == index ? only.Value : null;

    /// <summary>Adds the elements of <paramref name="other"/> behind the end, its holes kept.</summary>
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
