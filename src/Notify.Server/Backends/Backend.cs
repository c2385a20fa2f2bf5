namespace Notify.Server.Backends;

/// <summary>Represents a backend that has shown its secret.</summary>
/// <param name="Name">The name in the file, or <see cref="DefaultName"/>.</param>
/// <param name="Scopes">What the secret opens.</param>
/// <param name="Channels">The channels to which it may publish, and which it may query.</param>
/// <param name="Rate">The rate of its publishes on this node.</param>
internal sealed record Backend(string Name, BackendScope Scopes, ChannelScope Channels, SendRate Rate)
{
    /// <summary>The name of <c>NOTIFICATION_SECRET</c>.</summary>
    public const string DefaultName = "default";

    /// <summary>The length of the longest name.</summary>
    public const int MaxName = 32;

    /// <summary>Returns whether a name has 1 to 32 characters: letters in lower case, digits and hyphens.</summary>
    public static bool IsName(string name) =>
        name.Length is > 0 and <= MaxName && name.All(static c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');
}
