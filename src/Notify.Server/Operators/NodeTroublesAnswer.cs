using Notify.Server.Troubles;

namespace Notify.Server.Operators;

/// <summary>Lists what is wrong on one node.</summary>
/// <param name="Node">The name of the node.</param>
/// <param name="Now">What is wrong now.</param>
/// <param name="Logged">The last warnings and errors of its log, the oldest first.</param>
public sealed record NodeTroublesAnswer(string Node, IReadOnlyList<CurrentTrouble> Now, IReadOnlyList<LoggedTrouble> Logged);
