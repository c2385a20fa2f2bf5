using System.Buffers;
using Notify.Broker.Connections;
using Notify.Protocol;
using Notify.Protocol.EngineIo;

namespace Notify.Server.EngineIo;

/// <summary>The answer to one poll: takes one batch, from whoever comes first, and is used up.</summary>
/// <param name="revision">The session's revision.</param>
/// <param name="binaryFraming">Whether the client expects the binary framing of revision 3 whatever the packets are.</param>
/// <param name="textOnly">Whether the client cannot read the binary framing.</param>
internal sealed class PollTransport(EngineRevision revision, bool binaryFraming, bool textOnly) : ITransport
{
    /// <summary>python-engineio drops a connection whose poll brings more; nobody else cares.</summary>
    private const int MaxPackets = 16;

    private readonly TaskCompletionSource<PollBody?> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _acquired;

    public int MaxMessages => MaxPackets;

    /// <summary>Whether a WebSocket was about to take the session over when the poll came.</summary>
    public bool BeganInUpgrade { get; init; }

    /// <summary>The body of the answer; null when it is refused, or there is nobody to answer.</summary>
    public Task<PollBody?> Completion => _completion.Task;

    public bool IsAcquired => Volatile.Read(ref _acquired) != 0;

    public bool TryAcquire() => Interlocked.Exchange(ref _acquired, 1) == 0;

    public ValueTask WriteAsync(IReadOnlyList<WireMessage> batch)
    {
        Answer([.. batch]);
        return ValueTask.CompletedTask;
    }

    /// <summary>Ends the poll with what the protocol itself has to say, unless it is already answered.</summary>
    public void EndWith(WireMessage message)
    {
        if (TryAcquire())
        {
            Answer([message]);
        }
    }

    /// <summary>Gives up a poll that is not to be answered by packets. False when it is already answered.</summary>
    public bool TryDrop()
    {
        if (!TryAcquire())
        {
            return false;
        }

        _completion.SetResult(null);
        return true;
    }

    // A poll that brought the last messages has ended by itself; one that still waits is refused.
    public void Complete() => TryDrop();

    public void Abort() => EndWith(EngineMessages.Close);

    private void Answer(WireMessage[] messages)
    {
        var framing = binaryFraming || (revision == EngineRevision.V3 && !textOnly && Array.Exists(messages, message => message.IsBinary))
            ? PayloadFraming.Binary
            : PayloadFraming.Text;
        var body = new ArrayBufferWriter<byte>(256);
        PayloadEncoder.Encode(body, messages, revision, framing);
        _completion.SetResult(new PollBody(body.WrittenMemory, framing));
    }

    /// <summary>What a poll is answered with.</summary>
    public readonly record struct PollBody(ReadOnlyMemory<byte> Payload, PayloadFraming Framing);
}
