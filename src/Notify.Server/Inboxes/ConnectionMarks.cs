using Notify.Broker.Connections;
using Notify.Broker.Inboxes;
using Notify.Broker.Messages;
using Notify.Server.Limits;

namespace Notify.Server.Inboxes;

/// <summary>
/// Marks items for one connection, one request after the other: a request that is repeated, because its message was lost, must not overtake
/// a later one. The requests that wait are counted by the gate of the connection, which stops reading from the client.
/// </summary>
/// <param name="inboxes">The inboxes.</param>
/// <param name="gate">Limits the commands under way.</param>
internal sealed class ConnectionMarks(InboxQueries inboxes, CommandGate gate)
{
    /// <summary>
    /// The maximum length of one request, in bytes. With the limit of the gate it bounds what a connection can make the server remember.
    /// </summary>
    public const int MaxBytes = 16 * 1024;

    private Task _last = Task.CompletedTask;
    private TokenBucket _rate;

    /// <summary>Charges a request. Returns how long to wait before the next one is read, in milliseconds.</summary>
    /// <param name="rate">The rate of requests.</param>
    /// <param name="now">The time, in milliseconds of the monotonic clock.</param>
    public long Charge(TokenRate rate, long now) => _rate.Consume(rate, 1, now);

    /// <summary>Counts a request that is refused before it reaches an inbox.</summary>
    public void CountRefused(string error) => inboxes.CountRefused(error);

    /// <summary>Marks items after the earlier requests. Calls for one connection never run concurrently.</summary>
    /// <param name="channel">The inbox.</param>
    /// <param name="marks">The marks.</param>
    /// <param name="answer">Receives the answer, on any thread.</param>
    public void Add(string channel, IReadOnlyList<InboxMarkRequest> marks, Action<MarkAnswer> answer)
    {
        gate.Enter();
        _last = MarkAsync(inboxes.MarkAsync(channel, marks, _last), channel, answer);
    }

    private async Task MarkAsync(Task<InboxMarked?> request, string channel, Action<MarkAnswer> answer)
    {
        InboxMarked? marked = null;
        try
        {
            marked = await request;
        }
#pragma warning disable CA1031 // The client asks again; the requests behind this one must not fail with it.
        catch (Exception)
#pragma warning restore CA1031
        {
            // Answered like an inbox that does not answer.
        }

        answer(MarkAnswer.Of(channel, marked));
        gate.Leave();
    }
}
