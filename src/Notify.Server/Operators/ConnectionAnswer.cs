namespace Notify.Server.Operators;

/// <summary>Describes one connection.</summary>
/// <param name="Connection">The connection; of one that has ended, what was known when an operator last asked.</param>
/// <param name="Open">Whether it is open. One that has ended is only found while it is traced.</param>
/// <param name="Channels">The channels that it has joined, at most 500.</param>
/// <param name="Trace">What its trace remembers; null when it is not traced.</param>
/// <param name="Silent">The names of the nodes that did not answer within a second.</param>
public sealed record ConnectionAnswer(
    ConnectionInfo Connection,
    bool Open,
    IReadOnlyList<ConnectionChannel> Channels,
    ConnectionTraceInfo? Trace,
    IReadOnlyList<string> Silent);
