using System.Runtime.InteropServices;
using Notify.Broker.History;
using Notify.Protocol.Tokens;

namespace Notify.Server.Backends;

/// <summary>Lists the channels that a backend may use, as ranges of names that do not overlap, in the order of their UTF-8 bytes.</summary>
internal sealed class ChannelScope
{
    /// <summary>The largest number of patterns of one secret.</summary>
    public const int MaxPatterns = 100;

    private readonly Range[] _ranges;

    /// <summary>Creates the list. A pattern that another one includes adds nothing.</summary>
    public ChannelScope(IReadOnlyList<ChannelPattern> patterns)
    {
        _ranges =
        [
            .. patterns
                .Where(pattern => !patterns.Any(other => other != pattern && other.IsPrefix && other.Matches(pattern.Literal)
                    && (!pattern.IsPrefix || pattern.Literal != other.Literal)))
                .Distinct()
                .OrderBy(static pattern => pattern.Literal, Utf8Order.Instance)
                .Select(static pattern => new Range(pattern.Literal, pattern.IsPrefix)),
        ];
    }

    /// <summary>Gets the list of all channels.</summary>
    public static ChannelScope All { get; } = new(
        [ChannelPattern.TryParse("*", out var all) ? all : throw new InvalidOperationException()]);

    /// <summary>Gets whether all channels are in the list.</summary>
    public bool IsAll => _ranges is [{ Text: "", IsPrefix: true }];

    /// <summary>Gets the patterns.</summary>
    public IEnumerable<string> Patterns => _ranges.Select(static range => range.IsPrefix ? range.Text + "*" : range.Text);

    /// <summary>Writes the patterns.</summary>
    public override string ToString() => string.Join(',', Patterns);

    /// <summary>Returns whether a channel is in the list.</summary>
    public bool Contains(string channel)
    {
        foreach (var range in _ranges)
        {
            if (range.IsPrefix ? channel.StartsWith(range.Text, StringComparison.Ordinal) : range.Text == channel)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Lists the first channels of this list by name. Reads only ranges that are in the list.</summary>
    /// <param name="prefix">The prefix of their names; empty for all.</param>
    /// <param name="after">The name after which the page starts, or null.</param>
    /// <param name="limit">The maximum number of channels.</param>
    /// <param name="list">Lists channels with a prefix, after a name, in the order of their UTF-8 bytes.</param>
    /// <param name="nameOf">Returns the name of a channel.</param>
    public async Task<IReadOnlyList<T>> ListAsync<T>(
        string prefix, string? after, int limit, Func<string, string?, int, Task<IReadOnlyList<T>>> list, Func<T, string> nameOf)
    {
        var found = new List<T>();
        foreach (var range in _ranges)
        {
            if (found.Count == limit)
            {
                break;
            }

            var isInside = range.Text.StartsWith(prefix, StringComparison.Ordinal);
            if (!isInside && !(range.IsPrefix && prefix.StartsWith(range.Text, StringComparison.Ordinal)))
            {
                continue;
            }

            // A name is the first of all names with itself as the prefix.
            var page = await list(isInside ? range.Text : prefix, after, range.IsPrefix ? limit - found.Count : 1);
            found.AddRange(page.Where(channel => range.IsPrefix || nameOf(channel) == range.Text));
        }

        return found;
    }

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Range(string Text, bool IsPrefix);
}
