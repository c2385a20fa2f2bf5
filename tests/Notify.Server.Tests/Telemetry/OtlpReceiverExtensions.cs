using Notify.Server.Tests.Support;

namespace Notify.Server.Tests.Telemetry;

/// <summary>Waits for what a receiver of OTLP is sent.</summary>
internal static class OtlpReceiverExtensions
{
    /// <summary>
    /// Waits until spans and metrics have been sent once. The first time takes long on a busy machine, and the last one, when the program
    /// stops, has half a second.
    /// </summary>
    public static Task BegunAsync(this OtlpReceiver receiver) => TestTimeouts.UntilAsync(() =>
        receiver.Spans.Count > 0
            && receiver.Requests.Any(static request => request.StartsWith("/v1/metrics", StringComparison.Ordinal)));
}
