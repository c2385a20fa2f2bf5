namespace Notify.Server.Operators;

/// <summary>Says what the secret of a request opens.</summary>
/// <param name="Name">The name of the secret.</param>
/// <param name="Scopes">The names of its scopes.</param>
/// <param name="Node">The name of the node that answers.</param>
public sealed record SecretAnswer(string Name, IReadOnlyList<string> Scopes, string Node);
