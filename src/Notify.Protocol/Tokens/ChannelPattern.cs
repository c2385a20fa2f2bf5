using System.Text;

namespace Notify.Protocol.Tokens;

/// <summary>Matches channel names: one name, or every name that begins with a prefix.</summary>
public sealed record ChannelPattern
{
    /// <summary>The length of the longest name or prefix, in bytes of UTF-8.</summary>
    public const int MaxBytes = 200;

    /// <summary>The prefix of the channels that belong to users.</summary>
    public const string UserPrefix = "user:";

    private ChannelPattern(string text)
    {
        IsPrefix = text.EndsWith('*');
        Literal = IsPrefix ? text[..^1] : text;
    }

    /// <summary>Gets the name, or the prefix without its asterisk.</summary>
    public string Literal { get; }

    /// <summary>Gets whether the pattern matches every name that begins with <see cref="Literal"/>.</summary>
    public bool IsPrefix { get; }

    /// <summary>
    /// Parses a name of 1 to <see cref="MaxBytes"/> bytes, or a prefix of at most as many and one <c>*</c> at its end. Returns false for
    /// any other text, and for lone surrogates.
    /// </summary>
    public static bool TryParse(string text, out ChannelPattern pattern)
    {
        pattern = new ChannelPattern(text);
        return text.Length > 0
            && pattern.Literal.Length <= MaxBytes
            && !pattern.Literal.Contains('*', StringComparison.Ordinal)
            && Utf8Length(pattern.Literal) is >= 0 and <= MaxBytes;
    }

    /// <summary>
    /// Creates a pattern of any text, such as an operator's filter. Only one <c>*</c> at the end has a meaning: others are part of the name
    /// or the prefix, because a channel's name may contain them.
    /// </summary>
    public static ChannelPattern Of(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return new ChannelPattern(text);
    }

    /// <summary>Returns whether a channel matches.</summary>
    public bool Matches(string channel) =>
        IsPrefix ? channel.StartsWith(Literal, StringComparison.Ordinal) : string.Equals(channel, Literal, StringComparison.Ordinal);

    /// <summary>
    /// Returns whether the pattern grants a channel. Channels of users are only granted by patterns that name their prefix, so that
    /// <c>*</c> does not open the channels of other users.
    /// </summary>
    public bool Grants(string channel) =>
        Matches(channel)
        && (!channel.StartsWith(UserPrefix, StringComparison.Ordinal) || Literal.StartsWith(UserPrefix, StringComparison.Ordinal));

    /// <summary>Returns the pattern as it was written.</summary>
    public override string ToString() => IsPrefix ? Literal + "*" : Literal;

    private static int Utf8Length(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsSurrogate(text[i]) && (i + 1 >= text.Length || !char.IsSurrogatePair(text[i], text[++i])))
            {
                return -1;
            }
        }

        return Encoding.UTF8.GetByteCount(text);
    }
}
