using Akka.Actor;
using Notify.Broker.Messages;

namespace Notify.Broker.Sending;

/// <summary>
/// Asks a channel's owner. Between nodes, and while shards move, messages get lost without a word; so a question that is not answered
/// is asked again, the same one, until the time is up.
/// </summary>
/// <param name="channels">The shard region of the channels.</param>
/// <param name="retryInterval">How long an answer is waited for before the question is asked again.</param>
internal sealed class ChannelAsk(IActorRef channels, TimeSpan retryInterval)
{
    /// <summary>The answer; null when there was none until <paramref name="deadline"/>, in milliseconds of the monotonic clock.</summary>
    public async Task<object?> AskAsync(IChannelMessage question, long deadline)
    {
        while (deadline - MonotonicClock.Now is var left and > 0)
        {
            try
            {
                return await channels.Ask<object>(question, TimeSpan.FromMilliseconds(Math.Min(left, retryInterval.TotalMilliseconds)));
            }
            catch (AskTimeoutException)
            {
                // Ask again: the owner knows the question if an earlier attempt did arrive.
            }
        }

        return null;
    }
}
