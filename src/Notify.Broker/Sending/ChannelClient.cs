using Akka.Actor;
using Notify.Broker.AkkaInternals;
using Notify.Broker.Channels;
using Notify.Broker.Messages;

namespace Notify.Broker.Sending;

/// <summary>
/// Asks a channel's owner. Between nodes, and while shards move, messages get lost without a word; so a question that is not answered
/// is asked again, the same one, until the time is up.
/// </summary>
/// <param name="system">The actor system.</param>
/// <param name="channels">The shard region of the channels.</param>
/// <param name="local">The channels that live on this node: they are asked without the region.</param>
/// <param name="retryInterval">How long an answer is waited for before the question is asked again.</param>
public sealed class ChannelClient(ActorSystem system, IActorRef channels, LocalChannels local, TimeSpan retryInterval) : IDisposable
{
    private readonly LocalRequestTable _asks = new(system, retryInterval);

    /// <inheritdoc />
    public void Dispose() => _asks.Dispose();

    /// <summary>The answer; null when there was none until <paramref name="deadline"/>, in milliseconds of the monotonic clock.</summary>
    internal async Task<object?> AskAsync(IChannelMessage question, long deadline)
    {
        // The region and the shard would only pass it on. One that stops meanwhile answers nothing; its successor is asked by way of them.
        if (deadline - MonotonicClock.Now >= retryInterval.TotalMilliseconds
            && local.Find(question.Channel) is { } owner
            && await _asks.AskAsync(owner, question) is { } answer)
        {
            return answer;
        }

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
