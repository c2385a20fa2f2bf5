using Notify.Broker.Revocations;

namespace Notify.Server.Access;

/// <summary>
/// Indexes the connections of this node with an identity by user and session, so that a backend can end them, and limits the connections
/// of one user.
/// </summary>
/// <param name="maxPerUser">The largest number of connections of one user; 0 for no limit.</param>
internal sealed class IdentityDirectory(int maxPerUser)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, HashSet<ConnectionAccess>> _users = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HashSet<ConnectionAccess>> _sessions = new(StringComparer.Ordinal);
    private readonly HashSet<ConnectionAccess> _identified = [];

    /// <summary>Gets the number of connections whose token names a user.</summary>
    public int Users { get; private set; }

    /// <summary>Gets the number of connections whose token names no user.</summary>
    public int Bearers { get; private set; }

    /// <summary>Adds a connection, or changes its identity. Returns false, and changes nothing, at the limit of the user.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="before">The identity under which it is indexed; null for none.</param>
    /// <param name="identity">The identity from now on; null for none.</param>
    public bool TrySet(ConnectionAccess connection, ConnectionIdentity? before, ConnectionIdentity? identity)
    {
        if (before is null && identity is null)
        {
            return true;
        }

        lock (_lock)
        {
            if (maxPerUser > 0 && identity?.User is { } user && before?.User != user
                && _users.TryGetValue(user, out var others) && others.Count >= maxPerUser)
            {
                return false;
            }

            Unindex(connection, before);
            if (identity is not null)
            {
                CountIdentity(identity, 1);
                _identified.Add(connection);
                Index(_users, identity.User, connection);
                Index(_sessions, identity.Claims.SessionId, connection);
            }

            return true;
        }
    }

    /// <summary>Removes a connection that has ended.</summary>
    public void Remove(ConnectionAccess connection, ConnectionIdentity? identity)
    {
        if (identity is null)
        {
            return;
        }

        lock (_lock)
        {
            Unindex(connection, identity);
        }
    }

    /// <summary>Ends the connections of a user, a session or a token, and returns how many they are.</summary>
    public int Disconnect(DisconnectOrder order)
    {
        var ended = 0;
        foreach (var connection in Find(order))
        {
            ended += connection.Disconnect(order) ? 1 : 0;
        }

        return ended;
    }

    private ConnectionAccess[] Find(DisconnectOrder order)
    {
        lock (_lock)
        {
            // Tokens are revoked one at a time and rarely, so they have no index.
            return order.User is { } user ? [.. _users.GetValueOrDefault(user) ?? []]
                : order.Session is { } session ? [.. _sessions.GetValueOrDefault(session) ?? []]
                : [.. _identified.Where(connection => connection.IsSelected(order))];
        }
    }

    private void CountIdentity(ConnectionIdentity identity, int change)
    {
        if (identity.User is null)
        {
            Bearers += change;
        }
        else
        {
            Users += change;
        }
    }

    private void Unindex(ConnectionAccess connection, ConnectionIdentity? identity)
    {
        if (identity is null)
        {
            return;
        }

        CountIdentity(identity, -1);
        _identified.Remove(connection);
        Unindex(_users, identity.User, connection);
        Unindex(_sessions, identity.Claims.SessionId, connection);
    }

    private static void Index(Dictionary<string, HashSet<ConnectionAccess>> index, string? key, ConnectionAccess connection)
    {
        if (key is null)
        {
            return;
        }

        if (!index.TryGetValue(key, out var connections))
        {
            index.Add(key, connections = []);
        }

        connections.Add(connection);
    }

    private static void Unindex(Dictionary<string, HashSet<ConnectionAccess>> index, string? key, ConnectionAccess connection)
    {
        if (key is not null && index.TryGetValue(key, out var connections) && connections.Remove(connection) && connections.Count == 0)
        {
            index.Remove(key);
        }
    }
}
