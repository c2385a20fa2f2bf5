namespace Notify.Server.Tests.Support;

/// <summary>Asks twice a second, and has the patience that a test on a busy machine needs.</summary>
public sealed class PatientServer() : ProtocolServer(TimeSpan.FromMilliseconds(500), TimeSpan.FromMilliseconds(2500))
{
    /// <summary>How long a session lives that nobody keeps alive.</summary>
    internal static readonly TimeSpan Life = TimeSpan.FromMilliseconds(3000);
}
