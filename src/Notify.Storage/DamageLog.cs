using Microsoft.Extensions.Logging;

namespace Notify.Storage;

/// <summary>Says once for each channel that a part of its history is damaged, and remembers it for the operator. Safe to use from any thread.</summary>
/// <param name="backend">The database.</param>
/// <param name="logger">Where the lines go.</param>
internal sealed class DamageLog(IStoreBackend backend, ILogger logger)
{
    // More channels than anybody reads about; what comes after them is counted by the metric alone.
    private const int MaxChannels = 100;

    private readonly Lock _lock = new();
    private readonly HashSet<string> _channels = new(StringComparer.Ordinal);

    /// <summary>What was found, in a sentence; null when nothing was.</summary>
    public string? Summary
    {
        get
        {
            lock (_lock)
            {
                return _channels.Count == 0 ? null
                    : $"A part of the history is damaged (channels: {_channels.Count}; the first: {_channels.First()}); the log says what was found.";
            }
        }
    }

    /// <summary>A part of a channel's history is missing or cannot be read.</summary>
    public void Report(string channel, string cause)
    {
        lock (_lock)
        {
            if (_channels.Count == MaxChannels || !_channels.Add(channel))
            {
                return;
            }
        }

        StoreLog.Damaged(logger, backend.Name, channel, cause);
    }
}
