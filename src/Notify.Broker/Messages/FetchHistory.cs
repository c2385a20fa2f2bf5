using Notify.Protocol;

namespace Notify.Broker.Messages;

/// <summary>
/// Requests a channel's history from its owner for a backend; answered by <see cref="FetchedHistory"/>. Retried until answered.
/// </summary>
/// <param name="Channel">The channel's name.</param>
/// <param name="Since">The starting position; null for the newest notifications.</param>
/// <param name="Limit">The maximum number of notifications.</param>
public sealed record FetchHistory(string Channel, Since? Since, int Limit) : IChannelMessage;
