using Notify.Protocol.Tokens;

namespace Notify.Broker.Trails;

/// <summary>Selects the channels that a tail shows: one, those with a prefix, or all.</summary>
/// <param name="text">The name of a channel; a prefix followed by <c>*</c>; empty for all channels.</param>
/// <param name="only">The patterns of the channels that may be shown; null for all.</param>
public sealed class TailFilter(string text, IReadOnlyList<string>? only = null)
{
    private readonly ChannelPattern? _pattern = text.Length > 0 ? ChannelPattern.Of(text) : null;
    private readonly ChannelPattern[]? _only = only is null ? null : [.. only.Select(ChannelPattern.Of)];

    /// <summary>Returns whether a channel is selected.</summary>
    public bool Matches(string channel)
    {
        ArgumentNullException.ThrowIfNull(channel);
        return _pattern?.Matches(channel) != false
            && (_only is null || Array.Exists(_only, pattern => pattern.Matches(channel)));
    }
}
