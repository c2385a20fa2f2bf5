namespace Notify.Protocol.Send.Form;

/// <summary>Splits a form's name, <c>a[b][]</c>, into the names on the path to its value: <c>a</c>, <c>b</c> and the empty one.</summary>
internal static class FormKey
{
    /// <summary>
    /// Returns the names on the path, with an empty one for <c>[]</c>; null when there are too many brackets. Brackets inside brackets
    /// belong to the name, text between two groups is dropped, and a group that is never closed is taken literally as a name.
    /// </summary>
    public static List<string>? Split(string key)
    {
        var open = key.IndexOf('[', StringComparison.Ordinal);
        if (open < 0)
        {
            return [key];
        }

        var path = new List<string>();
        if (open > 0)
        {
            path.Add(key[..open]);
        }

        for (var groups = 0; open >= 0; groups++)
        {
            if (groups == SendRequestParser.MaxFormDepth)
            {
                return null;
            }

            var close = CloseOf(key, open);
            if (close < 0)
            {
                path.Add(key[open..]);
                break;
            }

            path.Add(key[(open + 1)..close]);
            open = key.IndexOf('[', close + 1);
        }

        return path;
    }

    private static int CloseOf(string key, int open)
    {
        var level = 0;
        for (var i = open; i < key.Length; i++)
        {
            if (key[i] == '[')
            {
                level++;
            }
            else if (key[i] == ']' && --level == 0)
            {
                return i;
            }
        }

        return -1;
    }
}
