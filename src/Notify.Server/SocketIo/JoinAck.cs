using System.Buffers;
using System.Text.Json;
using Notify.Broker.Channels;
using Notify.Broker.Connections;
using Notify.Protocol.SocketIo;

namespace Notify.Server.SocketIo;

/// <summary>
/// Sends the ack of a <c>join</c>: <c>{epoch, offset, recovered}</c> or <c>{error}</c>. For an array of channels it sends an array of these
/// in the same order, as soon as the last one is known. The channels' relays may reply concurrently.
/// </summary>
/// <param name="ns">The namespace.</param>
/// <param name="id">The ack id that the client expects.</param>
/// <param name="count">The number of channels; null when the request has no array.</param>
internal sealed class JoinAck(string ns, ulong id, int? count)
{
    private readonly byte[]?[] _answers = new byte[]?[count ?? 1];
    private int _left = count ?? 1;

    /// <summary>Returns the reply for one channel.</summary>
    public ChannelReply For(int index) => new(this, index);

    /// <summary>Sends the ack of an array without channels.</summary>
    public void AnswerIfEmpty(ISubscriber subscriber)
    {
        if (_answers.Length == 0)
        {
            Send(subscriber);
        }
    }

    private void Set(int index, ISubscriber subscriber, byte[] answer)
    {
        _answers[index] = answer;
        if (Interlocked.Decrement(ref _left) == 0)
        {
            Send(subscriber);
        }
    }

    private void Send(ISubscriber subscriber)
    {
        byte[] argument = count is null ? _answers[0]! : [.. "["u8, .. Joined(), .. "]"u8];
        subscriber.Write(SocketMessages.Ack(ns, id, argument));
    }

    private byte[] Joined()
    {
        var output = new ArrayBufferWriter<byte>();
        for (var i = 0; i < _answers.Length; i++)
        {
            if (i > 0)
            {
                output.Write(","u8);
            }

            output.Write(_answers[i]);
        }

        return output.WrittenSpan.ToArray();
    }

    /// <summary>Sends the part of one channel.</summary>
    internal sealed class ChannelReply(JoinAck ack, int index) : JoinReply
    {
        /// <summary>Gets or sets the error with which the join would be refused if the rules were enforced; null for none.</summary>
        public string? WouldRefuse { get; set; }

        public override void Joined(ISubscriber subscriber, Position position, bool recovered) => ack.Set(index, subscriber, Write(json =>
        {
            json.WriteString("epoch"u8, position.Epoch);
            json.WriteNumber("offset"u8, position.Offset);
            json.WriteBoolean("recovered"u8, recovered);
            if (WouldRefuse is not null)
            {
                json.WriteString("wouldRefuse"u8, WouldRefuse);
            }
        }));

        public override void Failed(ISubscriber subscriber, string error) =>
            ack.Set(index, subscriber, Write(json => json.WriteString("error"u8, error)));

        private static byte[] Write(Action<Utf8JsonWriter> fields)
        {
            var output = new ArrayBufferWriter<byte>(64);
            using var json = new Utf8JsonWriter(output);
            json.WriteStartObject();
            fields(json);
            json.WriteEndObject();
            json.Flush();
            return output.WrittenSpan.ToArray();
        }
    }
}
