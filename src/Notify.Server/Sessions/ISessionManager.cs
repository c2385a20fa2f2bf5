namespace Notify.Server.Sessions;

/// <summary>Sessions that must be ended before the server can leave.</summary>
internal interface ISessionManager
{
    /// <summary>How many sessions are open.</summary>
    int Count { get; }

    /// <summary>Refuses new sessions and ends all others, spread evenly over <paramref name="window"/> so that the clients do not all come back at once.</summary>
    Task DrainAsync(TimeSpan window);
}
