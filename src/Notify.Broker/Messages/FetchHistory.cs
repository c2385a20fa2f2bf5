using Notify.Protocol;

namespace Notify.Broker.Messages;

/// <summary>A backend asks a channel's owner for its history; answered by <see cref="FetchedHistory"/>. Sent again until answered.</summary>
/// <param name="Channel">The channel's name.</param>
/// <param name="Since">From where on; null for the newest.</param>
/// <param name="Limit">How many notifications at most.</param>
public sealed record FetchHistory(string Channel, Since? Since, int Limit) : IChannelMessage;
