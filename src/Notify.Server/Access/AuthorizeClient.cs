using System.Collections.Concurrent;
using Notify.Broker.Metrics;
using Notify.Server.Options;

namespace Notify.Server.Access;

/// <summary>
/// Asks the backend whether clients may join channels, and remembers its answers. A question that is under way is not asked a second time.
/// Safe to use from any thread.
/// </summary>
internal sealed class AuthorizeClient : IAuthorizeClient, IDisposable
{
    /// <summary>The number of remembered answers.</summary>
    public const int MaxAnswers = 100_000;

    private readonly BoundedCache<AuthorizeKey, AuthorizeAnswer> _answers = new(MaxAnswers);
    private readonly ConcurrentDictionary<AuthorizeKey, Task<AuthorizeAnswer>> _underWay = new();
    private readonly AuthorizeRequest _request;
    private readonly AuthorizeQueue _queue;
    private readonly AuthorizeBreaker _breaker;
    private readonly AuthorizeLog _log;
    private readonly BrokerMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly TimeSpan _timeToLive;

    /// <summary>Creates the client of a backend.</summary>
    /// <param name="url">The URL of the backend.</param>
    /// <param name="options">The other settings.</param>
    /// <param name="metrics">The counters.</param>
    /// <param name="logger">The log.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="OptionsException">A secret has the wrong form.</exception>
    public AuthorizeClient(Uri url, AuthorizeOptions options, BrokerMetrics metrics, ILogger<AuthorizeLog> logger, TimeProvider time)
    {
        _request = new AuthorizeRequest(url, options, time);
        _queue = new AuthorizeQueue(metrics, time, options.Timeout);
        _log = new AuthorizeLog(url.Host, logger, time);
        _breaker = new AuthorizeBreaker(time, _log.Back);
        _metrics = metrics;
        _time = time;
        metrics.Backends.ObserveCircuit(() => _breaker.Refusal is not null);
        _timeToLive = options.TimeToLive;
    }

    /// <summary>Gets whether the backend failed too often, and has not answered since.</summary>
    public bool IsFailing => _breaker.IsFailing;

    /// <summary>Gets how long a refusal is remembered.</summary>
    public static TimeSpan RefusalTimeToLive { get; } = TimeSpan.FromSeconds(5);

    /// <inheritdoc />
    public ValueTask<AuthorizeAnswer> AskAsync(AuthorizeQuestion question)
    {
        var key = AuthorizeKey.Of(question);
        if (_answers.TryGet(key, _time.GetTimestamp(), out var answer))
        {
            _metrics.Backends.Answered("cached");
            return new(answer);
        }

        // Continuations of one join must not hold up those of another.
        var own = new TaskCompletionSource<AuthorizeAnswer>(TaskCreationOptions.RunContinuationsAsynchronously);
        var asking = _underWay.GetOrAdd(key, own.Task);
        if (asking == own.Task)
        {
            _ = CompleteAsync(key, question, own);
        }

        return new(asking);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _queue.Dispose();
        _request.Dispose();
        _log.Dispose();
    }

    private async Task CompleteAsync(AuthorizeKey key, AuthorizeQuestion question, TaskCompletionSource<AuthorizeAnswer> asking)
    {
        // The same question may have been answered after the first look.
        if (!_answers.TryGet(key, _time.GetTimestamp(), out var answer))
        {
            answer = await AskBackendAsync(key, question);
        }

        _underWay.TryRemove(key, out _);
        asking.SetResult(answer);
    }

    private async Task<AuthorizeAnswer> AskBackendAsync(AuthorizeKey key, AuthorizeQuestion question)
    {
        AuthorizeResult result;
        var began = _time.GetTimestamp();
        try
        {
            result = await AskInTurnAsync(question);
        }
        catch (Exception exception)
        {
            // Whatever it is, the joins that wait for the answer must have one.
            _log.Unexpected(exception);
            result = AuthorizeResult.Unavailable(AuthorizeFailure.Unexpected, "this server failed, see its errors");
        }

        _metrics.Backends.Answered(OutcomeOf(result));
        if (result.WasAsked)
        {
            _metrics.Backends.Took(_time.GetElapsedTime(began));
        }

        _log.Add(result);
        if (result.Answer != AuthorizeAnswer.Unavailable)
        {
            var now = _time.GetTimestamp();
            var lifetime = result.Answer == AuthorizeAnswer.Allowed ? result.TimeToLive ?? _timeToLive : RefusalTimeToLive;
            _answers.Set(key, result.Answer, cost: 1, now + (long)(lifetime.TotalSeconds * _time.TimestampFrequency), now);
        }

        return result.Answer;
    }

    private async Task<AuthorizeResult> AskInTurnAsync(AuthorizeQuestion question)
    {
        if (_breaker.Refusal is { } refusal)
        {
            return refusal;
        }

        using var place = await _queue.TryEnterAsync();
        if (place is null)
        {
            return AuthorizeResult.Unavailable(
                AuthorizeFailure.Full,
                FormattableString.Invariant(
                    $"{AuthorizeQueue.MaxUnderWay} questions are under way, and too many wait or wait too long; it is too slow"));
        }

        return await _breaker.RunAsync(_request.SendAsync, question);
    }

    private static string OutcomeOf(AuthorizeResult result) => result switch
    {
        { Answer: AuthorizeAnswer.Allowed } => "allow",
        { Answer: not AuthorizeAnswer.Unavailable } => "deny",
        { WasAsked: false } => "rejected",
        { Failure: AuthorizeFailure.Timeout } => "timeout",
        _ => "error",
    };
}
