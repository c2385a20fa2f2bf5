using Notify.Protocol.JavaScript;

namespace Notify.Protocol.Send.Form;

/// <summary>An object in a form, and what must be remembered about how it came to be one until the whole form is read.</summary>
internal sealed class FormObject : FormNode
{
    // Most objects hold one member, as in FormArray.
    private OrderedDictionary<string, FormNode>? _members;
    private KeyValuePair<string, FormNode>? _only;

    /// <summary>Set when this is a list too long to be one: the highest index used so far; further texts get the next.</summary>
    public double? OverflowIndex { get; set; }

    /// <summary>Set when this was a <see cref="FormArray.IsConflict"/> list: the highest index used so far; further texts get the next.</summary>
    public double? ConflictIndex { get; set; }

    /// <summary>The members in order of arrival.</summary>
    public IEnumerable<KeyValuePair<string, FormNode>> Members =>
        _members ?? (_only is { } only ? [only] : (IEnumerable<KeyValuePair<string, FormNode>>)[]);

    /// <summary>The member of that name, or null; setting keeps the place of a member that exists.</summary>
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

    /// <summary>The object that a list becomes when it can no longer be one.</summary>
    public static FormObject From(FormArray array)
    {
        var result = new FormObject { ConflictIndex = array.IsConflict ? array.Length - 1 : null };
        foreach (var (index, item) in array.Items)
        {
            result[JsNumber.Format(index)] = item;
        }

        return result;
    }

    /// <summary>The highest member name that is an index, or <paramref name="least"/> when none is above it.</summary>
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

    /// <summary>The members as JavaScript lists them: array indices ascending, then the others in order of arrival.</summary>
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
