namespace Notify.Server.Troubles;

/// <summary>Describes a log entry of the level Warning or above.</summary>
/// <param name="Time">When it was logged last.</param>
/// <param name="Level"><c>warning</c>, <c>error</c> or <c>critical</c>.</param>
/// <param name="Event">The name of the event; the category of a log entry without a name.</param>
/// <param name="Message">The message, at most <see cref="TroubleLog.MaxMessage"/> characters.</param>
/// <param name="Count">How often it happened: the number in the message, or the number of equal entries.</param>
public sealed record LoggedTrouble(DateTimeOffset Time, string Level, string Event, string Message, long Count);
