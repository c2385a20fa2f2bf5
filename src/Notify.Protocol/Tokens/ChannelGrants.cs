namespace Notify.Protocol.Tokens;

/// <summary>Lists the channels that a token grants: permissions, not subscriptions.</summary>
/// <param name="patterns">The patterns.</param>
public sealed class ChannelGrants(IReadOnlyList<ChannelPattern> patterns)
{
    /// <summary>The largest number of patterns in a token.</summary>
    public const int MaxPatterns = 500;

    private readonly HashSet<string>? _names = NamesOf(patterns);
    private readonly ChannelPattern[] _prefixes = [.. patterns.Where(static pattern => pattern.IsPrefix)];

    /// <summary>Gets the list without channels.</summary>
    public static ChannelGrants None { get; } = new([]);

    /// <summary>Gets the number of patterns.</summary>
    public int Count { get; } = patterns.Count;

    /// <summary>Returns whether a channel is granted.</summary>
    public bool Contains(string channel) =>
        _names?.Contains(channel) == true || Array.Exists(_prefixes, prefix => prefix.Grants(channel));

    private static HashSet<string>? NamesOf(IReadOnlyList<ChannelPattern> patterns)
    {
        var names = patterns.Where(static pattern => !pattern.IsPrefix).Select(static pattern => pattern.Literal)
            .ToHashSet(StringComparer.Ordinal);
        return names.Count == 0 ? null : names;
    }
}
