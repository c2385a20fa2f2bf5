using Notify.Protocol;

namespace Notify.Broker.Connections;

/// <summary>
/// What a relay knows of a socket: it can be written to, and it can be ended. Neither calls back into the relay; what follows from
/// either comes as a message.
/// </summary>
public interface ISubscriber
{
    /// <summary>Queues a message. False when the socket is closed, or closes now because its account is full; never waits.</summary>
    bool Write(WireMessage message);

    /// <summary>Whether what is not urgent may be queued: a client that is told what it missed is told at its own pace.</summary>
    bool HasRoom { get; }

    /// <summary>Calls <paramref name="then"/> once, on any thread, when there is room; never when the socket closes first.</summary>
    void WhenRoom(Action then);

    /// <summary>Who is charged for its joins; see <see cref="NodeJoins"/>.</summary>
    ulong Party => 0;

    /// <summary>Ends the session, so that the client comes back.</summary>
    void End(EndReason reason);
}
