using System.Buffers;
using Notify.Broker.Connections;
using Notify.Protocol;
using Notify.Protocol.EngineIo;

namespace Notify.Server.EngineIo;

/// <summary>Represents the response to one poll. It accepts one batch, from the first writer, and is then complete.</summary>
/// <param name="revision">The session's revision.</param>
/// <param name="binaryFraming">Whether the client expects the binary framing of revision 3 for all packets.</param>
/// <param name="textOnly">Whether the client cannot read the binary framing.</param>
internal sealed class PollTransport(EngineRevision revision, bool binaryFraming, bool textOnly) : ITransport
{
    /// <summary>Limits the packets of a poll, because python-engineio drops a connection with more. No other client does.</summary>
    private const int MaxPackets = 16;

    private readonly TaskCompletionSource<PollBody?> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _acquired;

    public int MaxMessages => MaxPackets;

    /// <summary>Gets whether the poll began during an upgrade to WebSocket.</summary>
    public bool BeganInUpgrade { get; init; }

    /// <summary>Gets the body of the response; null when the poll is refused or its client has gone.</summary>
    public Task<PollBody?> Completion => _completion.Task;

    public bool IsAcquired => Volatile.Read(ref _acquired) != 0;

    public bool TryAcquire() => Interlocked.Exchange(ref _acquired, 1) == 0;

    public ValueTask WriteAsync(IReadOnlyList<WireMessage> batch)
    {
        Answer([.. batch]);
        return ValueTask.CompletedTask;
    }

    /// <summary>Completes the poll with a message of the protocol itself, unless it is already answered.</summary>
    public void EndWith(WireMessage message)
    {
        if (TryAcquire())
        {
            Answer([message]);
        }
    }

    /// <summary>Abandons a poll without packets. Returns false when it is already answered.</summary>
    public bool TryDrop()
    {
        if (!TryAcquire())
        {
            return false;
        }

        _completion.SetResult(null);
        return true;
    }

    // A poll that delivered the last messages is complete. One that still waits is refused.
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

    /// <summary>Holds the response to a poll.</summary>
    public readonly record struct PollBody(ReadOnlyMemory<byte> Payload, PayloadFraming Framing);
}
