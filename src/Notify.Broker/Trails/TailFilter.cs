namespace Notify.Broker.Trails;

/// <summary>Selects the channels that a tail shows: one, those with a prefix, or all.</summary>
/// <param name="Text">The name of a channel; a prefix followed by <c>*</c>; empty for all channels.</param>
/// <param name="Only">The patterns of the channels that may be shown; null for all.</param>
public sealed record TailFilter(string Text, IReadOnlyList<string>? Only = null)
{
    /// <summary>Returns whether a channel is selected.</summary>
    public bool Matches(string channel)
    {
        ArgumentNullException.ThrowIfNull(channel);
        return (Text.Length == 0 || Matches(Text, channel)) && (Only is null || Only.Any(pattern => Matches(pattern, channel)));
    }

    private static bool Matches(string pattern, string channel) => pattern is [.. var prefix, '*']
        ? channel.StartsWith(prefix, StringComparison.Ordinal)
        : channel == pattern;
}
