namespace Notify.Server.Options;

/// <summary>The console, the page at the root of the server.</summary>
public sealed record ConsoleOptions
{
    /// <summary><c>NOTIFY_CONSOLE</c>: whether it is served.</summary>
    public bool IsOn { get; init; } = true;
}
