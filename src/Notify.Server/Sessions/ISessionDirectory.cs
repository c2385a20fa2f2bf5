namespace Notify.Server.Sessions;

/// <summary>Lists the open sessions of this node for an operator.</summary>
internal interface ISessionDirectory
{
    /// <summary>Calls an action for each open session.</summary>
    void ForEach(Action<IClientSession> action);

    /// <summary>Returns the session with an id; null when there is none.</summary>
    IClientSession? FindSession(string id);
}
