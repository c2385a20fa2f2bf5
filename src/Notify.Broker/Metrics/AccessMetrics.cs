using System.Diagnostics.Metrics;
using Notify.Broker.Revocations;
using Notify.Protocol.Tokens;

namespace Notify.Broker.Metrics;

/// <summary>Provides the metrics of tokens, rules and revocations.</summary>
public sealed class AccessMetrics
{
    private static readonly (RevocationKind Kind, string Name)[] Kinds =
    [
        (RevocationKind.User, "user"),
        (RevocationKind.Session, "session"),
        (RevocationKind.TokenId, "jti"),
        (RevocationKind.BlockedUser, "block"),
    ];

    private readonly Counter<long> _accepted;
    private readonly Counter<long> _failures;
    private readonly Counter<long> _refreshes;
    private readonly Counter<long> _decisions;
    private Func<long> _keys = static () => 0;
    private Func<DateTimeOffset?> _keysFetched = static () => null;
    private Func<RevocationKind, long> _revocations = static _ => 0;

    internal AccessMetrics(Meter meter)
    {
        _accepted = meter.CreateCounter<long>("notify.auth.accepted", "{token}", "Tokens that were accepted, by the kind of key.");
        _failures = meter.CreateCounter<long>("notify.auth.failures", "{token}", "Tokens that were refused, by reason.");
        _refreshes = meter.CreateCounter<long>("notify.auth.refreshes", "{token}", "New tokens of open connections, by outcome.");
        _decisions = meter.CreateCounter<long>(
            "notify.access.decisions", "{join}", "Decisions on joins, by the rule of the channel and the decision.");
        meter.Gauge("notify.token.keys", "{key}", "Keys that verify tokens.", () => _keys());
        meter.CreateObservableGauge(
            "notify.token.keys.fetched_timestamp",
            MeasureKeySet,
            "s",
            "When the key set was last read, in seconds since 1970.");
        meter.Gauge("notify.revocations", "{entry}", "Revocations and blocks in force, by kind.", MeasureRevocations);
    }

    /// <summary>Sets the source of the number of keys that verify tokens.</summary>
    public void ObserveKeys(Func<long> keys) => _keys = keys;

    /// <summary>Sets the source of the time at which the key set was last read.</summary>
    public void ObserveKeySet(Func<DateTimeOffset?> fetched) => _keysFetched = fetched;

    /// <summary>Sets the source of the number of revocations of a kind.</summary>
    public void ObserveRevocations(Func<RevocationKind, long> revocations) => _revocations = revocations;

    /// <summary>Counts a token that was accepted: by a key that is <c>current</c>, <c>previous</c>, <c>public</c> or <c>jwks</c>.</summary>
    public void TokenAccepted(string key) => _accepted.Add(1, Instruments.Tag("key", key));

    /// <summary>Counts a token that was refused.</summary>
    public void TokenRefused(string reason) => _failures.Add(1, Instruments.Tag("reason", reason));

    /// <summary>Counts a new token of an open connection.</summary>
    public void TokenRefreshed(bool isAccepted) => _refreshes.Add(1, Instruments.Tag("outcome", isAccepted ? "accepted" : "refused"));

    /// <summary>Counts a decision on a join: <c>allow</c>, <c>refuse</c> or <c>would_refuse</c>.</summary>
    public void Decided(string rule, string decision) =>
        _decisions.Add(1, Instruments.Tag("rule", rule), Instruments.Tag("decision", decision));

    internal void BeginSeries()
    {
        foreach (var failure in Enum.GetValues<TokenFailure>().Where(static failure => failure != TokenFailure.None))
        {
            _failures.Begin(Instruments.Tag("reason", TokenCodes.Reason(failure)));
        }
    }

    private IEnumerable<Measurement<double>> MeasureKeySet() =>
        _keysFetched() is { } at ? [new Measurement<double>(at.ToUnixTimeMilliseconds() / 1000.0)] : [];

    private IEnumerable<Measurement<long>> MeasureRevocations() =>
        Kinds.Select(kind => Instruments.Measure(_revocations(kind.Kind), "kind", kind.Name));
}
