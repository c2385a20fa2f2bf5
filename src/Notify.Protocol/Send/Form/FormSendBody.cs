using System.Text;

namespace Notify.Protocol.Send.Form;

/// <summary>
/// Reads a form body by the rules of qs 6.16 as body-parser calls it. Every name is checked, but only what concerns the
/// two parameters is kept.
/// </summary>
internal static class FormSendBody
{
    // A list in a form may always be this long, and as long as the form has parameters.
    private const int LeastArrayLimit = 100;

    /// <summary>Reads <paramref name="utf8"/>, which must be valid UTF-8 and not empty.</summary>
    public static SendParse Parse(ReadOnlySpan<byte> utf8)
    {
        var parameters = utf8.Count((byte)'&') + 1;
        if (parameters > SendRequestParser.MaxFormParameters)
        {
            return SendParse.PayloadTooLarge;
        }

        var entries = Entries(Encoding.UTF8.GetString(utf8));
        return entries is null ? SendParse.BadRequest : Assemble(entries, new FormMerger(Math.Max(LeastArrayLimit, parameters)));
    }

    /// <summary>Reads fields whose names and values are decoded already; a name may nest as in a form.</summary>
    public static SendParse Parse(IReadOnlyCollection<KeyValuePair<string, string>> fields)
    {
        if (fields.Count > SendRequestParser.MaxFormParameters)
        {
            return SendParse.PayloadTooLarge;
        }

        var entries = new OrderedDictionary<string, Entry>();
        foreach (var (name, value) in fields)
        {
            if (!TryFind(entries, name, out var entry))
            {
                return SendParse.BadRequest;
            }

            entry?.Values.Add(value);
        }

        return Assemble(entries, new FormMerger(Math.Max(LeastArrayLimit, fields.Count)));
    }

    /// <summary>The values by full name in order of arrival; null when a name nests too deep.</summary>
    private static OrderedDictionary<string, Entry>? Entries(string body)
    {
        // Escaped brackets count as brackets, in values too when those turn out not to be decodable.
        var form = body.Replace("%5B", "[", StringComparison.OrdinalIgnoreCase).Replace("%5D", "]", StringComparison.OrdinalIgnoreCase).AsSpan();
        var entries = new OrderedDictionary<string, Entry>();
        foreach (var range in form.Split('&'))
        {
            var pair = form[range];
            var split = pair.IndexOf("]=", StringComparison.Ordinal);
            split = split < 0 ? pair.IndexOf('=') : split + 1;
            var name = FormDecoder.Decode(split < 0 ? pair : pair[..split]);
            if (!TryFind(entries, name, out var entry))
            {
                return null;
            }

            entry?.Values.Add(split < 0 ? "" : FormDecoder.Decode(pair[(split + 1)..]));
        }

        return entries;
    }

    // False when the name nests too deep; no entry when it concerns neither parameter.
    private static bool TryFind(OrderedDictionary<string, Entry> entries, string name, out Entry? entry)
    {
        if (entries.TryGetValue(name, out entry))
        {
            return true;
        }

        var path = FormKey.Split(name);
        if (path is null)
        {
            return false;
        }

        if (path[0] is "channel" or "notification")
        {
            entry = new Entry(path, []);
            entries.Add(name, entry);
        }

        return true;
    }

    private static SendParse Assemble(OrderedDictionary<string, Entry> entries, FormMerger merger)
    {
        FormNode? channel = null;
        FormNode? notification = null;
        foreach (var entry in entries.Values)
        {
            var value = merger.Nest(entry.Path, entry.Leaf());
            ref var place = ref entry.Path[0] == "channel" ? ref channel : ref notification;
            place = place is null ? value : merger.Merge(place, value);
        }

        return channel is null or FormText { Value: "" } || notification is null or FormText { Value: "" }
            ? SendParse.Missing
            : SendParse.Of(Channels(channel), FormJson.Write(notification));
    }

    private static string[] Channels(FormNode channel) => channel is FormArray list
        ? [.. list.Items.Select(item => item.Value.ToJsString())]
        : [channel.ToJsString()];

    /// <summary>A full name's path and all values that came for it.</summary>
    private sealed record Entry(List<string> Path, List<string> Values)
    {
        public FormNode Leaf()
        {
            if (Values.Count == 1)
            {
                return new FormText(Values[0]);
            }

            var list = new FormArray();
            foreach (var value in Values)
            {
                list.Add(new FormText(value));
            }

            return list;
        }
    }
}
