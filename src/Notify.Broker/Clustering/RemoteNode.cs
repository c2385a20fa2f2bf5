using Akka.Actor;

namespace Notify.Broker.Clustering;

/// <summary>Another node, as far as it says how its sockets are named and where it takes their requests.</summary>
/// <param name="Address">Where its actors are.</param>
/// <param name="SocketTag">What its sockets' ids begin with: <see cref="Connections.SocketIds.Node"/>.</param>
/// <param name="HttpPort">The port, at the same host, at which it takes requests from other nodes.</param>
public sealed record RemoteNode(Address Address, ushort SocketTag, int HttpPort);
