namespace Notify.Client;

/// <summary>Represents an error of the server (RFC 9457).</summary>
/// <param name="Title">The name of the status.</param>
/// <param name="Detail">What to change.</param>
internal sealed record ProblemAnswer(string? Title, string? Detail);
