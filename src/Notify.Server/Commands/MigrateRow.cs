namespace Notify.Server.Commands;

/// <summary>Represents one comparison of <c>migrate-check</c>.</summary>
/// <param name="Name">What is compared.</param>
/// <param name="AskAsync">Asks a server, and describes what it does.</param>
internal sealed record MigrateRow(string Name, Func<MigrateTarget, CancellationToken, Task<string>> AskAsync);
