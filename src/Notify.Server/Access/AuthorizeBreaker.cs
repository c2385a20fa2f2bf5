using Polly;
using Polly.CircuitBreaker;

namespace Notify.Server.Access;

/// <summary>
/// Spares a backend that fails: when half of at least 20 questions within ten seconds failed, it is not asked for five seconds, and then
/// one question decides whether it works again. Safe to use from any thread.
/// </summary>
internal sealed class AuthorizeBreaker
{
    /// <summary>The number of questions from which the share of failures counts.</summary>
    public const int MinQuestions = 20;

    private static readonly AuthorizeResult Broken = AuthorizeResult.Unavailable(
        AuthorizeFailure.Broken, "it is not asked for 5 s, because half of the questions of the last 10 s failed");

    private readonly TimeProvider _time;
    private readonly ResiliencePipeline<AuthorizeResult> _pipeline;
    private long _openUntil = long.MinValue;
    private volatile bool _isFailing;

    /// <summary>Creates a breaker that lets questions through.</summary>
    /// <param name="time">The clock.</param>
    /// <param name="closed">Called when the backend works again.</param>
    public AuthorizeBreaker(TimeProvider time, Action? closed = null)
    {
        _time = time;
        _pipeline = new ResiliencePipelineBuilder<AuthorizeResult> { TimeProvider = time }
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions<AuthorizeResult>
            {
                FailureRatio = 0.5,
                MinimumThroughput = MinQuestions,
                SamplingDuration = TimeSpan.FromSeconds(10),
                BreakDuration = BreakDuration,
                ShouldHandle = static args => new(args.Outcome.Exception is not null || args.Outcome.Result.IsFault),
                OnOpened = args =>
                {
                    var duration = (long)(args.BreakDuration.TotalSeconds * _time.TimestampFrequency);
                    Volatile.Write(ref _openUntil, _time.GetTimestamp() + duration);
                    _isFailing = true;
                    return default;
                },
                OnClosed = _ =>
                {
                    _isFailing = false;
                    closed?.Invoke();
                    return default;
                },
            })
            .Build();
    }

    /// <summary>Gets how long the backend is not asked.</summary>
    public static TimeSpan BreakDuration { get; } = TimeSpan.FromSeconds(5);

    /// <summary>Gets whether half of the questions failed, and none has succeeded since.</summary>
    public bool IsFailing => _isFailing;

    /// <summary>Returns the result that a question has at once while the backend is not asked; null when it may be asked.</summary>
    public AuthorizeResult? Refusal => _time.GetTimestamp() < Volatile.Read(ref _openUntil) ? Broken : null;

    /// <summary>Asks, unless the backend is not asked at the moment.</summary>
    public async Task<AuthorizeResult> RunAsync(Func<AuthorizeQuestion, Task<AuthorizeResult>> ask, AuthorizeQuestion question)
    {
        var context = ResilienceContextPool.Shared.Get();
        try
        {
            // An outcome costs less than an exception for each of the joins that wait.
            var outcome = await _pipeline.ExecuteOutcomeAsync(
                static async (_, state) => Outcome.FromResult(await state.ask(state.question)), context, (ask, question));
            if (outcome.Exception is BrokenCircuitException)
            {
                return Broken;
            }

            outcome.ThrowIfException();
            return outcome.Result;
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }
}
