namespace Notify.Server.Operators;

/// <summary>Describes one connection for an operator.</summary>
/// <param name="Connection">The connection; null when the node does not have it.</param>
/// <param name="IsOpen">Whether it is open, and not only remembered by its trace.</param>
/// <param name="Channels">The channels that it has joined, at most 500.</param>
/// <param name="Trace">What its trace remembers; null when it is not traced.</param>
/// <param name="IsRefused">Whether a trace was asked for, and the node has too many.</param>
internal sealed record ConnectionDetail(
    ConnectionInfo? Connection,
    bool IsOpen,
    IReadOnlyList<ConnectionChannel> Channels,
    ConnectionTraceInfo? Trace = null,
    bool IsRefused = false)
{
    /// <summary>The answer of a node that does not have the connection.</summary>
    public static readonly ConnectionDetail None = new(null, IsOpen: false, []);
}
