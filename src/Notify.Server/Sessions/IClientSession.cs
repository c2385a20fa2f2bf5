using Akka.Actor;
using Notify.Server.Limits;

namespace Notify.Server.Sessions;

/// <summary>A client's session, as the clock of all sessions sees it.</summary>
internal interface IClientSession
{
    /// <summary>The session's id, unlike any other's.</summary>
    string Id { get; }

    /// <summary>Who is charged for the connection.</summary>
    AddressKey Address { get; }

    /// <summary>The actor of the session; stopping it ends the session.</summary>
    IActorRef Connection { get; }

    /// <summary>The turn of the clock: heartbeats and deadlines. Cheap while nothing is due.</summary>
    /// <param name="now">The time, in milliseconds of the monotonic clock.</param>
    void Tick(long now);
}
