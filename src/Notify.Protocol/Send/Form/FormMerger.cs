using Notify.Protocol.JavaScript;

namespace Notify.Protocol.Send.Form;

/// <summary>
/// Merges the values of one form as qs 6.16 does, including names that are a text in one place, and a list or an object in another.
/// </summary>
/// <param name="arrayLimit">The length above which a list becomes an object with its indices as names.</param>
internal sealed class FormMerger(int arrayLimit)
{
    /// <summary>
    /// Returns the value that a single name describes: <paramref name="leaf"/> inside a list or object for each name after the first.
    /// </summary>
    public FormNode Nest(List<string> path, FormNode leaf)
    {
        for (var i = path.Count - 1; i > 0; i--)
        {
            leaf = path[i].Length == 0 ? InList(leaf) : Under(path[i], leaf);
        }

        return leaf;
    }

    /// <summary>Merges <paramref name="source"/> into <paramref name="target"/> for the same name. Both may change.</summary>
    public FormNode Merge(FormNode target, FormNode source) => (target, source) switch
    {
        (_, FormText { Value: "" }) => target,
        (_, FormText text) => Add(target, text),
        (FormText text, _) => Prepend(text, source),
        (FormArray list, FormArray more) => MergeLists(list, more),
        (FormArray list, _) => MergeMembers(FormObject.From(list), source),
        _ => MergeMembers((FormObject)target, source),
    };

    private static FormNode InList(FormNode leaf)
    {
        if (leaf is FormArray or FormObject { OverflowIndex: not null })
        {
            return leaf;
        }

        var list = new FormArray();
        list.Add(leaf);
        return list;
    }

    private FormNode Under(string name, FormNode leaf)
    {
        var isIndex = JsNumber.TryParseIndex(name, out var index);
        if (isIndex && index < arrayLimit)
        {
            var list = new FormArray();
            list.Set((int)index, leaf);
            return list;
        }

        var result = new FormObject { OverflowIndex = isIndex ? index : null };
        if (name != "__proto__")
        {
            result[name] = leaf;
        }

        return result;
    }

    private FormNode Add(FormNode target, FormText text)
    {
        switch (target)
        {
            case FormArray list:
                list.Add(text);
                return Limited(list);
            case FormObject { OverflowIndex: { } last } overflow:
                overflow[JsNumber.Format(last + 1)] = text;
                overflow.OverflowIndex = last + 1;
                return overflow;
            case FormObject { ConflictIndex: { } last } conflict:
                conflict[JsNumber.Format(last + 1)] = text;
                conflict.ConflictIndex = last + 1;
                return conflict;
            default:
                var pair = new FormArray { IsConflict = target is FormObject };
                pair.Add(target);
                pair.Add(text);
                return pair;
        }
    }

    private FormNode Prepend(FormText first, FormNode source)
    {
        if (source is FormObject { OverflowIndex: { } last } overflow)
        {
            var shifted = new FormObject { OverflowIndex = last + 1, ["0"] = first };
            foreach (var (name, value) in overflow.Members)
            {
                // A new overflow contains only indices.
                shifted[JsNumber.TryParseIndex(name, out var index) ? JsNumber.Format(index + 1) : name] = value;
            }

            return shifted;
        }

        var list = new FormArray();
        list.Add(first);
        if (source is FormArray more)
        {
            list.Append(more);
        }
        else
        {
            list.Add(source);
        }

        return Limited(list);
    }

    private FormNode MergeLists(FormArray target, FormArray source)
    {
        foreach (var (index, item) in source.Items)
        {
            switch (target.At(index))
            {
                case null:
                    target.Set(index, item);
                    break;
                case not FormText and var present when item is not FormText:
                    target.Set(index, Merge(present, item));
                    break;
                default:
                    target.Add(item);
                    break;
            }
        }

        return Limited(target);
    }

    private FormObject MergeMembers(FormObject target, FormNode source)
    {
        var members = source is FormArray list
            ? list.Items.Select(item => KeyValuePair.Create(JsNumber.Format(item.Key), item.Value))
            : ((FormObject)source).Members;
        foreach (var (name, value) in members)
        {
            target[name] = target[name] is { } present ? Merge(present, value) : value;
            if (source is FormObject { OverflowIndex: { } last } && target.OverflowIndex is null)
            {
                target.OverflowIndex = target.MaxIndex(last);
            }

            if (JsNumber.TryParseIndex(name, out var index))
            {
                target.OverflowIndex = index > target.OverflowIndex ? index : target.OverflowIndex;
                target.ConflictIndex = index > target.ConflictIndex ? index : target.ConflictIndex;
            }
        }

        return target;
    }

    private FormNode Limited(FormArray list)
    {
        if (list.Length <= arrayLimit)
        {
            return list;
        }

        var overflow = FormObject.From(list);
        overflow.OverflowIndex = list.Length - 1;
        overflow.ConflictIndex = null;
        return overflow;
    }
}
