namespace Notify.Protocol.Send.Form;

/// <summary>
/// A list in a form. It is sparse, because <c>a[99]=x</c> costs the sender 8 bytes: holes count for its length while the form
/// is put together and take no memory; they are left out of the result.
/// </summary>
internal sealed class FormArray : FormNode
{
    private readonly SortedList<int, FormNode> _items = [];

    /// <summary>The index behind the last element, holes included.</summary>
    public int Length { get; private set; }

    /// <summary>Whether this list was made by putting a text beside an object; further texts then join this list.</summary>
    public bool IsConflict { get; init; }

    /// <summary>The elements that are there, by ascending index.</summary>
    public IEnumerable<KeyValuePair<int, FormNode>> Items => _items;

    /// <summary>Sets the element at <paramref name="index"/>, lengthening the list when it is behind the end.</summary>
    public void Set(int index, FormNode item)
    {
        _items[index] = item;
        Length = Math.Max(Length, index + 1);
    }

    /// <summary>Adds an element at the end.</summary>
    public void Add(FormNode item) => Set(Length, item);

    /// <summary>The element at <paramref name="index"/>, or null for a hole or behind the end.</summary>
    public FormNode? At(int index) => _items.GetValueOrDefault(index);

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
    public override string ToJsString() => string.Join(',', _items.Values.Select(item => item.ToJsString()));
}
