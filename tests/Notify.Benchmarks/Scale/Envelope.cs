using Notify.Broker.Messages;

namespace Notify.Benchmarks.Scale;

/// <summary>
/// Computes what Akka.Remote, the frame and TLS add to a message: the paths of both actors, the manifest and the lengths, by the layout of
/// Akka's <c>AckAndEnvelopeContainer</c> and <c>AkkaProtocolMessage</c>. The broker's own bytes are those of its serializer.
/// </summary>
internal static class Envelope
{
    // A length before each frame, and the header and tag of a TLS 1.3 record. Several frames may share a record on a busy link.
    private const int Frame = 4 + 22;

    // The identifier of the serializer as a variable length integer, and the sequence number that every message has.
    private const int Numbers = 3 + 9;

    // Akka's name of an actor's incarnation, after #.
    private const int Incarnation = 11;

    // Anti-entropy finds the other node by the elements "user" and "exchange" of a path; each is a message in a message.
    private const int Selection = 34;

    // The paths of a region, of the channel in its shard with an escaped colon, of a relay, and of a request that waits for its answer.
    private static readonly int Region = "/system/sharding/channels".Length;
    private static readonly int Entity = Region + "/57/c".Length + 2;
    private static readonly int Relay = "/user/relays/$a".Length;
    private static readonly int Request = "/temp/abc".Length;
    private static readonly int Exchange = "/user/exchange".Length;

    /// <summary>Returns the additional bytes.</summary>
    /// <param name="from">The sender.</param>
    /// <param name="to">The receiver.</param>
    /// <param name="message">The message.</param>
    /// <param name="manifest">Its manifest.</param>
    /// <param name="length">The length of its bytes.</param>
    public static int Size(SimulatedNode from, SimulatedNode to, IClusterMessage message, string manifest, int length)
    {
        var (sender, receiver) = message switch
        {
            Publish => (Request, Region),
            Published published => (Entity + published.Channel.Length, Request),
            IChannelMessage => (Relay, Region),
            IRelayMessage toRelay => (Entity + toRelay.Channel.Length, Relay),
            _ => (Exchange, 0),
        };
        var isSelection = receiver == 0;
        var senderPath = Field(Field(from.AddressLength + sender + Incarnation));
        var receiverPath = Field(Field(to.AddressLength + receiver + (isSelection ? 0 : Incarnation)));
        var payload = Field(length) + Field(manifest.Length) + Numbers + (isSelection ? Selection : 0);
        return Field(Field(senderPath + receiverPath + Field(payload))) + Frame - length;
    }

    // A tag, a length and the content.
    private static int Field(int length) => 1 + (length < 1 << 7 ? 1 : length < 1 << 14 ? 2 : 3) + length;
}
