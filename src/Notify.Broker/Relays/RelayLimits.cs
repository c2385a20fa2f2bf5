namespace Notify.Broker.Relays;

/// <summary>Sets the times and limits of one relay.</summary>
/// <param name="RetryInterval">The time after which an unanswered join or read is sent again.</param>
/// <param name="JoinTimeout">The time after which an unanswered join fails.</param>
/// <param name="MaxJoins">The largest number of joins that are sent and not answered.</param>
/// <param name="MaxChannels">The largest number of channels with local subscribers.</param>
public sealed record RelayLimits(TimeSpan RetryInterval, TimeSpan JoinTimeout, int MaxJoins, int MaxChannels = int.MaxValue);
