using Notify.Broker.Revocations;

namespace Notify.Server.Access;

/// <summary>
/// Indexes the connections of this node with an identity by user and session, so that a backend can end them, and limits the connections
/// of one user.
/// </summary>
/// <param name="maxPerUser">The largest number of connections of one user; 0 for no limit.</param>
internal sealed class IdentityDirectory(int maxPerUser)
{
    // The name of the bearers of channel tokens. No user has it.
    private const string NoUser = "";

    private readonly Lock _lock = new();
    private readonly NameIndex<ConnectionAccess> _users = new();
    private readonly NameIndex<ConnectionAccess> _sessions = new();

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
            if (maxPerUser > 0 && identity?.User is { } user && before?.User != user && _users.Count(user) >= maxPerUser)
            {
                return false;
            }

            Unindex(connection, before);
            if (identity is not null)
            {
                _users.Add(identity.User ?? NoUser, connection);
                if (identity.Claims.SessionId is { } session)
                {
                    _sessions.Add(session, connection);
                }
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
            return order.User is { } user ? [.. _users.Find(user)]
                : order.Session is { } session ? [.. _sessions.Find(session)]
                : [.. _users.All.Where(connection => connection.IsSelected(order))];
        }
    }

    private void Unindex(ConnectionAccess connection, ConnectionIdentity? identity)
    {
        if (identity is null)
        {
            return;
        }

        _users.Remove(identity.User ?? NoUser, connection);
        if (identity.Claims.SessionId is { } session)
        {
            _sessions.Remove(session, connection);
        }
    }
}
