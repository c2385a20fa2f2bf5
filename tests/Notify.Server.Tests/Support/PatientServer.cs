namespace Notify.Server.Tests.Support;

/// <summary>Pings twice a second, with a timeout for a busy machine.</summary>
public sealed class PatientServer() : ProtocolServer(TimeSpan.FromMilliseconds(500), TimeSpan.FromMilliseconds(2500))
{
    /// <summary>The lifetime of a silent session.</summary>
    internal static readonly TimeSpan Life = TimeSpan.FromMilliseconds(3000);
}
