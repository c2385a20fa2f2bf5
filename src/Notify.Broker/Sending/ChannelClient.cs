using System.Diagnostics;
using Akka.Actor;
using Notify.Broker.AkkaInternals;
using Notify.Broker.Channels;
using Notify.Broker.Messages;

namespace Notify.Broker.Sending;

/// <summary>
/// Sends requests to a channel's owner. Between nodes, and while shards move, messages may be lost without notice. An unanswered request is
/// therefore retried unchanged until its deadline.
/// </summary>
/// <param name="system">The actor system.</param>
/// <param name="channels">The shard region of the channels.</param>
/// <param name="local">The channels that this node owns. Requests to them bypass the shard region.</param>
/// <param name="retryInterval">How long to wait for a response before a retry.</param>
/// <param name="time">The clock.</param>
public sealed class ChannelClient(
    ActorSystem system, IActorRef channels, LocalChannels local, TimeSpan retryInterval, TimeProvider time) : IDisposable
{
    private const string Retries = "notify.retries";

    private readonly LocalRequestTable _requests = new(system, retryInterval, time);

    /// <inheritdoc />
    public void Dispose() => _requests.Dispose();

    /// <summary>
    /// Sends a request and returns its response; null when there was none before <paramref name="deadline"/>, in milliseconds of the
    /// monotonic clock.
    /// </summary>
    /// <param name="question">The request.</param>
    /// <param name="deadline">When to give up.</param>
    /// <param name="span">The span of a sampled request, which counts the retries; null for others.</param>
    internal async Task<object?> AskAsync(IChannelMessage question, long deadline, Activity? span = null)
    {
        var retries = 0;
        span?.SetTag(Retries, retries);

        // The region and the shard would only forward the request. A channel that is stopping does not respond; the retry reaches its
        // successor through the region.
        if (deadline - time.GetMilliseconds() >= retryInterval.TotalMilliseconds
            && local.Find(question.Channel) is { } owner
            && await _requests.AskAsync(owner, question) is { } answer)
        {
            return answer;
        }

        while (deadline - time.GetMilliseconds() is var left and > 0)
        {
            try
            {
                return await channels.Ask<object>(question, TimeSpan.FromMilliseconds(Math.Min(left, retryInterval.TotalMilliseconds)));
            }
            catch (AskTimeoutException)
            {
                // A retry is safe: an owner recognizes publishes, and the marks that it has received itself. A new owner decides marks
                // again, which adds nothing but what was published until then. Reads change nothing.
                retries++;
                span?.SetTag(Retries, retries);
            }
        }

        return null;
    }
}
