using Notify.Broker.Metrics;
using Notify.Protocol;

namespace Notify.Broker.Connections;

/// <summary>
/// Represents a socket for a relay, which can write to it and end it. Neither call re-enters the relay; consequences arrive as messages.
/// </summary>
public interface ISubscriber
{
    /// <summary>
    /// Queues a message without waiting. Returns false when the socket is closed, or closes now because its send queue is full.
    /// </summary>
    bool Write(WireMessage message);

    /// <summary>
    /// Measures from <paramref name="stamp"/> until the next message is written to the client. Returns false when others are queued before
    /// it.
    /// </summary>
    bool TryStamp(DeliveryStamp stamp) => false;

    /// <summary>Gets whether less urgent messages may be queued. Replayed notifications are sent at the client's own pace.</summary>
    bool HasRoom { get; }

    /// <summary>Calls <paramref name="then"/> once, on any thread, when there is room; never if the socket closes first.</summary>
    void WhenRoom(Action then);

    /// <summary>Gets the protocol of the connection.</summary>
    ConnectionProtocol Protocol => ConnectionProtocol.Json;

    /// <summary>Gets the party to which the socket's joins are charged; see <see cref="NodeJoins"/>.</summary>
    ulong Party => 0;

    /// <summary>Gets what remembers the events of the connection; null while no operator asks for them.</summary>
    ConnectionTrace? Trace => null;

    /// <summary>Ends the session, so that the client reconnects.</summary>
    void End(EndReason reason);
}
