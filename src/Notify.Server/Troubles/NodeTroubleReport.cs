namespace Notify.Server.Troubles;

/// <summary>Holds the troubles of this node.</summary>
/// <param name="Now">What is wrong now, the worst first.</param>
/// <param name="Logged">The last log entries of the level Warning and above, the newest first.</param>
public sealed record NodeTroubleReport(IReadOnlyList<CurrentTrouble> Now, IReadOnlyList<LoggedTrouble> Logged);
