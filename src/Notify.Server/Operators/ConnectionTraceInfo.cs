namespace Notify.Server.Operators;

/// <summary>Holds what an operator's trace of a connection remembers.</summary>
/// <param name="Since">When the trace began.</param>
/// <param name="Until">When it is forgotten, unless it is asked for again.</param>
/// <param name="Events">The last events, the oldest first.</param>
public sealed record ConnectionTraceInfo(DateTimeOffset Since, DateTimeOffset Until, IReadOnlyList<ConnectionEventInfo> Events);
