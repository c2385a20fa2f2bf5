using Microsoft.Extensions.Logging;
using Notify.Broker;

namespace Notify.Storage;

/// <summary>Says that channels lost the end of their history, at most once a minute. Safe to use from any thread.</summary>
internal sealed class LostLog(IStoreBackend backend, ILogger logger) : IDisposable
{
    private readonly MinuteLog<string> _lines = new(TimeProvider.System, TimeSpan.FromMinutes(1), (count, channel) =>
        StoreLog.EndLost(logger, backend.Name, channel, count));

    /// <summary>A channel has a new epoch, because its end was lost.</summary>
    public void Report(string channel) => _lines.Add(channel);

    public void Dispose() => _lines.Dispose();
}
