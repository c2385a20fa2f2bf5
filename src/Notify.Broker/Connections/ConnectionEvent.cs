using Notify.Broker.Channels;

namespace Notify.Broker.Connections;

/// <summary>Describes something that happened to a connection.</summary>
/// <param name="At">When it happened, or happened last.</param>
/// <param name="Kind">What happened, of <see cref="ConnectionEvents"/>.</param>
/// <param name="Channel">The channel; null for none, or for all of them.</param>
/// <param name="Code">The code of a refusal, the limit, or the reason of the end; null for none.</param>
/// <param name="Position">The position that a join was answered with; null for none.</param>
/// <param name="Recovered">Whether everything after the requested position follows a join; null for other events.</param>
/// <param name="Count">How often it happened without another event between.</param>
public sealed record ConnectionEvent(
    DateTimeOffset At,
    string Kind,
    string? Channel = null,
    string? Code = null,
    Position? Position = null,
    bool? Recovered = null,
    long Count = 1);
