namespace Notify.Server.Tests.Support;

/// <summary>Disconnects silent clients soon.</summary>
public sealed class HastyServer() : ProtocolServer(TimeSpan.FromMilliseconds(300), TimeSpan.FromMilliseconds(200))
{
    /// <summary>The minimum lifetime of a silent session; clocks may differ a little.</summary>
    internal static readonly TimeSpan Life = TimeSpan.FromMilliseconds(490);
}
