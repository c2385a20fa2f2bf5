namespace Notify.Server.Options;

/// <summary>Configures the console, the page at the root of the server.</summary>
public sealed record ConsoleOptions
{
    /// <summary>Gets <c>NOTIFY_CONSOLE</c>: whether the console is served.</summary>
    public bool IsOn { get; init; } = true;
}
