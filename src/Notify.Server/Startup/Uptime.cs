namespace Notify.Server.Startup;

/// <summary>Knows how long the server runs.</summary>
/// <param name="time">The clock.</param>
internal sealed class Uptime(TimeProvider time)
{
    private readonly long _began = time.GetTimestamp();

    /// <summary>Gets the time since the server was built.</summary>
    public TimeSpan Elapsed => time.GetElapsedTime(_began);
}
