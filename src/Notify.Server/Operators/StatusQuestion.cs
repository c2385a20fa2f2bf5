namespace Notify.Server.Operators;

/// <summary>Asks a node for its status.</summary>
/// <param name="HasPoints">Whether the answer contains the last minute.</param>
internal sealed record StatusQuestion(bool HasPoints);
