using Notify.Protocol.JavaScript;

namespace Notify.Protocol.Send.Form;

/// <summary>Represents an object in a form, and records how it came to be an object until the whole form is read.</summary>
internal sealed class FormObject : FormNode
{
    // Most objects hold one member, as in FormArray.
    private OrderedDictionary<string, FormNode>? _members;
    private KeyValuePair<string, FormNode>? _only;

    /// <summary>
    /// Gets or sets the highest used index of a list that was too long to stay one. The next text gets the next index. Null for other
    /// objects.
    /// </summary>
    public double? OverflowIndex { get; set; }

    /// <summary>
    /// Gets or sets the highest used index of a former <see cref="FormArray.IsConflict"/> list. The next text gets the next index. Null for
    /// other objects.
    /// </summary>
    public double? ConflictIndex { get; set; }

    /// <summary>Gets the members in order of arrival.</summary>
    public IEnumerable<KeyValuePair<string, FormNode>> Members =>
        _members ?? (_only is { } only ? [only] : (IEnumerable<KeyValuePair<string, FormNode>>)[]);

    /// <summary>Gets or sets the member with this name; null when there is none. Setting an existing member keeps its place.</summary>
    public FormNode? this[string name]
    {
        get => _members is not null ? _members.GetValueOrDefault(name) : _only is { } only && only.Key == name ? only.Value : null;
        set
        {
            if (_members is not null)
            {
                _members[name] = value!;
            }
            else if (_only is { } only && only.Key != name)
            {
                _members = new OrderedDictionary<string, FormNode> { [only.Key] = only.Value, [name] = value! };
            }
            else
            {
                _only = KeyValuePair.Create(name, value!);
            }
        }
    }

    /// <summary>Converts a list to an object.</summary>
    public static FormObject From(FormArray array)
    {
        var result = new FormObject { ConflictIndex = array.IsConflict ? array.Length - 1 : null };
        foreach (var (index, item) in array.Items)
        {
            result[JsNumber.Format(index)] = item;
        }

        return result;
    }

    /// <summary>Returns the highest member name that is an index, or <paramref name="least"/> when none is higher.</summary>
    public double MaxIndex(double least)
    {
        foreach (var (name, _) in Members)
        {
            if (JsNumber.TryParseIndex(name, out var index))
            {
                least = Math.Max(least, index);
            }
        }

        return least;
    }

    /// <summary>Returns the members in JavaScript's order: array indices ascending, then the others in order of arrival.</summary>
    public IEnumerable<KeyValuePair<string, FormNode>> InJsOrder()
    {
        if (_members is null)
        {
            return Members;
        }

        var indices = new SortedList<double, KeyValuePair<string, FormNode>>();
        foreach (var member in _members)
        {
            if (IsArrayIndex(member.Key, out var index))
            {
                indices.Add(index, member);
            }
        }

        return indices.Count == 0 ? _members : indices.Values.Concat(_members.Where(member => !IsArrayIndex(member.Key, out _)));
    }

    /// <inheritdoc/>
    public override string ToJsString() => JsString.Object;

    private static bool IsArrayIndex(string name, out double index) => JsNumber.TryParseIndex(name, out index) && index < uint.MaxValue;
}
