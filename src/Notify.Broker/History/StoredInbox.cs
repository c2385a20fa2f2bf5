namespace Notify.Broker.History;

/// <summary>Represents the stored marks of an inbox.</summary>
/// <param name="Revision">The number of changes so far.</param>
/// <param name="State">The marks, as <see cref="Inboxes.InboxFormat"/> encodes them.</param>
public sealed record StoredInbox(long Revision, byte[] State);
