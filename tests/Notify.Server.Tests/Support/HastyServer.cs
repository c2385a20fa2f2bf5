namespace Notify.Server.Tests.Support;

/// <summary>Soon gives up who says nothing.</summary>
public sealed class HastyServer() : ProtocolServer(TimeSpan.FromMilliseconds(300), TimeSpan.FromMilliseconds(200))
{
    /// <summary>How long a session lives at least that nobody keeps alive; clocks may be read a little apart.</summary>
    internal static readonly TimeSpan Life = TimeSpan.FromMilliseconds(490);
}
