using Akka.Actor;

namespace Notify.Broker.Clustering;

/// <summary>Describes another node: its socket ids and its port for requests.</summary>
/// <param name="Address">The address of its actor system.</param>
/// <param name="SocketTag">The prefix of its socket ids: <see cref="Connections.SocketIds.Node"/>.</param>
/// <param name="HttpPort">The port, on the same host, for requests of other nodes.</param>
public sealed record RemoteNode(Address Address, ushort SocketTag, int HttpPort);
