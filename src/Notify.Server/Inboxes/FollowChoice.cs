namespace Notify.Server.Inboxes;

/// <summary>Chooses the announcement channels of a list.</summary>
/// <param name="Names">Their names; null for those that the user follows already.</param>
/// <param name="MayRead">Returns whether who asks may read a channel that the user follows already.</param>
internal sealed record FollowChoice(IReadOnlyList<string>? Names, Func<string, bool> MayRead)
{
    /// <summary>Chooses channels by name.</summary>
    public static FollowChoice Of(IReadOnlyList<string> names) => new(names, static _ => false);
}
