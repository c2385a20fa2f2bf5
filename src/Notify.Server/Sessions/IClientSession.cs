using Akka.Actor;
using Notify.Broker.Connections;
using Notify.Broker.Metrics;
using Notify.Server.Limits;

namespace Notify.Server.Sessions;

/// <summary>Represents a client's session for the common clock.</summary>
internal interface IClientSession
{
    /// <summary>Gets the session's unique id.</summary>
    string Id { get; }

    /// <summary>Gets the key to which the connection is charged.</summary>
    AddressKey Address { get; }

    /// <summary>Gets the actor of the session. Stopping it ends the session.</summary>
    IActorRef Connection { get; }

    /// <summary>Gets the queue of messages to write.</summary>
    SendQueue SendQueue { get; }

    /// <summary>Gets when the session began, in milliseconds of the monotonic clock.</summary>
    long BeganAt { get; }

    /// <summary>Gets the transport that the session has now.</summary>
    ConnectionTransport Transport { get; }

    /// <summary>Describes the client for an operator.</summary>
    ConnectionFacts Describe();

    /// <summary>Handles heartbeats and timeouts that are due. Cheap when nothing is due.</summary>
    /// <param name="now">The time, in milliseconds of the monotonic clock.</param>
    void Tick(long now);
}
