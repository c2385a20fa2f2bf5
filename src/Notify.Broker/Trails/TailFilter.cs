namespace Notify.Broker.Trails;

/// <summary>Selects the channels that a tail shows: one, those with a prefix, or all.</summary>
/// <param name="Text">The name of a channel; a prefix followed by <c>*</c>; empty for all channels.</param>
public sealed record TailFilter(string Text)
{
    /// <summary>Returns whether a channel is selected.</summary>
    public bool Matches(string channel)
    {
        ArgumentNullException.ThrowIfNull(channel);
        return Text.Length == 0
            || (Text[^1] == '*' ? channel.AsSpan().StartsWith(Text.AsSpan(0, Text.Length - 1), StringComparison.Ordinal) : channel == Text);
    }
}
