using System.Security.Cryptography;
using Notify.Broker;
using Notify.Protocol.Tokens;

namespace Notify.Server.Access;

/// <summary>
/// Holds the keys of <c>NOTIFY_TOKEN_JWKS</c>. They are read at the start, every hour, and when a token names a key that is not among them,
/// one read at a time and at most one in ten seconds for tokens. A read replaces all keys. A failed one changes nothing: the former keys
/// are used for a day. The framework's own class reads too rarely, and only after it has refused a token.
/// </summary>
internal sealed partial class KeySet : BackgroundService
{
    /// <summary>The largest number of unknown <c>kid</c>s that are remembered.</summary>
    public const int MaxUnknown = 1000;

    /// <summary>The longest time of a read.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);

    /// <summary>The shortest time between two reads because of tokens.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    /// <summary>How long an unknown <c>kid</c> is refused without another read.</summary>
    public static readonly TimeSpan UnknownTime = TimeSpan.FromSeconds(30);

    /// <summary>How long keys are used after the last good read.</summary>
    public static readonly TimeSpan MaxAge = TimeSpan.FromHours(24);

    private const int MaxNotes = 200;
    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    private readonly Lock _gate = new();
    private readonly string _place;
    private readonly Func<CancellationToken, Task<byte[]>> _read;
    private readonly TimeProvider _time;
    private readonly ILogger<KeySet> _logger;
    private readonly MinuteLog<string> _failures;
    private readonly BoundedCache<string, bool> _unknown = new(MaxUnknown);
    private readonly HashSet<string> _noted = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _stopping = new();
    private Snapshot? _snapshot;
    private Task<bool>? _reading;
    private long? _readAt;
    private string? _failure;

    /// <summary>Prepares reading. Nothing is read before the start.</summary>
    /// <param name="place">The URL or the path, for the log.</param>
    /// <param name="read">Fetches the set. Throws <see cref="KeySetException"/> or is canceled when it cannot.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">The log for new keys, ignored keys and failed reads.</param>
    public KeySet(string place, Func<CancellationToken, Task<byte[]>> read, TimeProvider time, ILogger<KeySet> logger)
    {
        (_place, _read, _time, _logger) = (place, read, time, logger);
        _failures = new MinuteLog<string>(time, TimeSpan.FromMinutes(1), (count, reason) => LogFailed(_place, reason, count));
    }

    private IReadOnlyList<VerificationKey>? Keys =>
        Volatile.Read(ref _snapshot) is { } snapshot && _time.GetElapsedTime(snapshot.ReadAt) < MaxAge ? snapshot.Keys : null;

    /// <summary>Returns whether a key is in the set, and the set is not too old.</summary>
    public bool Holds(VerificationKey key) => Keys?.Contains(key) == true;

    /// <summary>Finds keys without reading. Returns null when the answer needs a read.</summary>
    public KeySearch? TryFind(TokenHeader header)
    {
        if (Keys is not { } keys)
        {
            return null;
        }

        var named = header.KeyId is null ? keys : keys.Where(key => key.Id == header.KeyId).ToList();
        if (named.Count == 0)
        {
            return _unknown.TryGet(header.KeyId!, _time.GetTimestamp(), out _) ? KeySearch.None(TokenFailure.UnknownKey) : null;
        }

        var fitting = named.Where(key => key.Allows(header.Algorithm)).Take(KeySearch.MaxTries).ToList();
        return fitting.Count > 0 ? KeySearch.Found(fitting) : KeySearch.None(TokenFailure.BadAlgorithm);
    }

    /// <summary>
    /// Finds keys, and reads the set if it may help. <see cref="TokenFailure.NoKeys"/>: nobody knows, because the last read was a moment
    /// ago or failed. <see cref="TokenFailure.UnknownKey"/>: the key is not in a set that was read for this token, or a moment ago.
    /// </summary>
    public async ValueTask<KeySearch> FindAsync(TokenHeader header, CancellationToken cancellation)
    {
        if (TryFind(header) is { } known)
        {
            return known;
        }

        Task<bool> reading;
        bool isFirst;
        lock (_gate)
        {
            isFirst = _reading is null;
            if (isFirst && _readAt is { } at && _time.GetElapsedTime(at) < Pause)
            {
                return KeySearch.None(TokenFailure.NoKeys);
            }

            reading = _reading ?? Begin();
        }

        bool isRead;
        try
        {
            isRead = await reading.WaitAsync(Limit, _time, cancellation);
        }
        catch (TimeoutException)
        {
            return KeySearch.None(TokenFailure.NoKeys);
        }

        if (TryFind(header) is { } found)
        {
            return found;
        }

        // Who has joined a read cannot know whether it began before the key was added.
        if (!isFirst || !isRead || header.KeyId is null)
        {
            return KeySearch.None(TokenFailure.NoKeys);
        }

        var now = _time.GetTimestamp();
        var end = now + (UnknownTime.Ticks * _time.TimestampFrequency / TimeSpan.TicksPerSecond);
        _unknown.Set(header.KeyId, value: true, cost: 1, end, now);
        return KeySearch.None(TokenFailure.UnknownKey);
    }

    /// <inheritdoc />
    public override void Dispose()
    {
        // The container disposes it twice, since it is two services. The source without timers needs no disposal of its own.
        _stopping.Cancel();
        _failures.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (!stoppingToken.IsCancellationRequested)
            {
                Task<bool> reading;
                lock (_gate)
                {
                    reading = _reading ?? Begin();
                }

                await reading.WaitAsync(stoppingToken);

                // Nodes that started together do not read together.
                await Task.Delay(Interval * (0.9 + (0.2 * Random.Shared.NextDouble())), _time, stoppingToken);
            }
        }
        catch (OperationCanceledException)
        {
            // The service was stopped.
        }
    }

    // Called with the lock. Returns whether the read was good; never fails.
    private Task<bool> Begin()
    {
        _readAt = _time.GetTimestamp();
        var stopping = _stopping.Token;
        return _reading = Task.Run(() => ReadAsync(stopping), CancellationToken.None);
    }

    private async Task<bool> ReadAsync(CancellationToken stopping)
    {
        string? error;
        try
        {
            using var limit = new CancellationTokenSource(Limit, _time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stopping);

            // Not every file system can cancel a read.
            error = Take(await _read(either.Token).WaitAsync(either.Token));
        }
        catch (KeySetException exception)
        {
            error = exception.Message;
        }
        catch (OperationCanceledException)
        {
            error = "there was no answer within 2 s";
        }
        finally
        {
            lock (_gate)
            {
                _reading = null;
            }
        }

        if (!stopping.IsCancellationRequested)
        {
            Volatile.Write(ref _failure, error);
            if (error is not null)
            {
                _failures.Add(error);
            }
        }

        return error is null;
    }

    /// <summary>Gets the number of keys.</summary>
    public int Count => Volatile.Read(ref _snapshot)?.Keys.Count ?? 0;

    /// <summary>Gets why the last read failed; null when it was good, and before the first one.</summary>
    public string? Failure => Volatile.Read(ref _failure);

    /// <summary>Gets when the keys were last read; null before that.</summary>
    public DateTimeOffset? FetchedAt =>
        Volatile.Read(ref _snapshot) is { } snapshot ? _time.GetUtcNow() - _time.GetElapsedTime(snapshot.ReadAt) : null;

    // Returns why the set cannot be used; null when it is in use.
    private string? Take(byte[] json)
    {
        var hash = SHA256.HashData(json);
        var now = _time.GetTimestamp();
        if (_snapshot is { } former && former.Hash.AsSpan().SequenceEqual(hash))
        {
            Volatile.Write(ref _snapshot, former with { ReadAt = now });
            if (Failure is not null)
            {
                LogRead(_place, former.Keys.Count, LogText.None, LogText.None);
            }

            return null;
        }

        var reading = KeySetParser.Parse(json);
        foreach (var (level, text) in reading.Notes)
        {
            if (_noted.Count < MaxNotes && _noted.Add(text))
            {
                LogNote(level, _place, text);
            }
        }

        if (reading.Error is null)
        {
            var before = _snapshot?.Keys ?? [];
            Volatile.Write(ref _snapshot, new Snapshot(reading.Keys, hash, now));
            LogRead(_place, reading.Keys.Count, NamesOf(reading.Keys, before), NamesOf(before, reading.Keys));
        }

        return reading.Error;
    }

    // The names of the keys that are in the first list only.
    private static string NamesOf(IReadOnlyList<VerificationKey> keys, IReadOnlyList<VerificationKey> others)
    {
        var names = keys.Select(static key => key.Id).Except(others.Select(static key => key.Id), StringComparer.Ordinal).ToList();
        return names.Count == 0 ? LogText.None : string.Join(", ", names.Select(LogText.Of));
    }

    [LoggerMessage(
        1,
        LogLevel.Information,
        "NOTIFY_TOKEN_JWKS={Place} is read: tokens are verified with its {Keys} keys. New: {Added}; gone: {Removed}.",
        EventName = "KeySetRead")]
    private partial void LogRead(string place, int keys, string added, string removed);

    [LoggerMessage(EventId = 2, EventName = "KeySetNote", Message = "NOTIFY_TOKEN_JWKS={Place}: {Note}.")]
    private partial void LogNote(LogLevel level, string place, string note);

    [LoggerMessage(
        3,
        LogLevel.Warning,
        "NOTIFY_TOKEN_JWKS={Place} cannot be read: {Reason}. Failed: {Count}. The former keys stay in use for 24 h. Logged at most once a "
            + "minute.",
        EventName = "KeySetUnread")]
    private partial void LogFailed(string place, string reason, long count);

    private sealed record Snapshot(IReadOnlyList<VerificationKey> Keys, byte[] Hash, long ReadAt);
}
