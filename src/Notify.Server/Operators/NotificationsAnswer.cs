namespace Notify.Server.Operators;

/// <summary>Describes what happened to notifications.</summary>
/// <param name="Notifications">The notifications, the newest first.</param>
/// <param name="Silent">The names of the nodes that did not answer within a second.</param>
public sealed record NotificationsAnswer(IReadOnlyList<NotificationTrail> Notifications, IReadOnlyList<string> Silent);
