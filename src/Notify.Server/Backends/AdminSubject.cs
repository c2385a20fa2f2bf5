namespace Notify.Server.Backends;

/// <summary>Holds the subject of an operator's call.</summary>
/// <param name="Text">The user, session or other name.</param>
internal sealed record AdminSubject(string Text);
