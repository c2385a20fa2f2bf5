namespace Notify.Server.Sessions;

/// <summary>Manages sessions that must be ended before the server stops.</summary>
internal interface ISessionManager
{
    /// <summary>Gets the number of open sessions.</summary>
    int Count { get; }

    /// <summary>
    /// Refuses new sessions and ends all others, evenly spread over <paramref name="window"/> so that the clients do not reconnect at the
    /// same time.
    /// </summary>
    Task DrainAsync(TimeSpan window);
}
