using Notify.Broker;
using Notify.Broker.Revocations;
using Notify.Server.Access;
using Notify.Server.EngineIo;

namespace Notify.Server.Sessions;

/// <summary>
/// Ends connections of this node for backends. Users, sessions and tokens are found in an index of the clients that have shown a token. The
/// id of a connection is found among the sessions, so it can be named on every server.
/// </summary>
/// <param name="identities">The index.</param>
/// <param name="services">Provides the sessions, which only exist when the node has started.</param>
internal sealed class LocalConnections(IdentityDirectory identities, IServiceProvider services) : ILocalConnections
{
    /// <inheritdoc />
    public int Disconnect(DisconnectOrder order)
    {
        ArgumentNullException.ThrowIfNull(order);
        return order.Connection is { } id ? Disconnect(id, order) : identities.Disconnect(order);
    }

    private int Disconnect(string id, DisconnectOrder order) =>
        services.GetRequiredService<BrokerNode>().IsStarted
            && (services.GetRequiredService<SessionManager>().TryDisconnect(id, order.Kind, order.Reason)
                || services.GetRequiredService<EngineSessionManager>().TryDisconnect(id, order.Kind, order.Reason))
            ? 1
            : 0;
}
