namespace Notify.Broker.Recovery;

/// <summary>Those who hold sessions that can be recovered.</summary>
public interface ISessionHolders
{
    /// <summary>
    /// Takes a session over from who holds it, and has its former connection ended if it still has one. Never fails: a holder that
    /// cannot be reached in time is gone.
    /// </summary>
    /// <param name="privateId">The session's private id.</param>
    Task<SessionHandover> ClaimAsync(string privateId);
}
