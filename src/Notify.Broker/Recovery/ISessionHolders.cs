namespace Notify.Broker.Recovery;

/// <summary>Finds recoverable sessions on the nodes that hold them.</summary>
public interface ISessionHolders
{
    /// <summary>
    /// Takes a session over from its holder, and ends its former connection if there is one. Never fails: a holder that cannot be reached
    /// in time counts as gone.
    /// </summary>
    /// <param name="privateId">The session's private id.</param>
    Task<SessionHandover> ClaimAsync(string privateId);
}
