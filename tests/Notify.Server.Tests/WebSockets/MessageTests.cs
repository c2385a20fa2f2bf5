using System.Text;

namespace Notify.Server.Tests.WebSockets;

/// <summary>Tests messages with every encoding of their length, up to the longest (sections 1 and 9 of the Autobahn suite).</summary>
[Collection(Echo.Name)]
public sealed class MessageTests(EchoServer server)
{
    private const int MaxMessage = 1_000_000;
    private const string TooBig = "close 1009";

    // A mask of zeros, and two bytes.
    private static readonly byte[] Unhidden = [0, 0, 0, 0, (byte)'4', (byte)'x'];

    private static readonly Dictionary<string, WireRow> Rows = WireTable.Of(Small, Long);

    public static TheoryData<string> Names => WireTable.NamesOf(Rows);

    private static IEnumerable<WireRow> Small =>
    [
        .. ((int[])[1, 2, 125, 126, 127, 128, 65535, 65536]).SelectMany(length => (WireRow[])[Text(length), Binary(length)]),
        Text(65536).Chopped(997),
        Binary(65536).Chopped(997),
        Text(128).Chopped(1),
        Binary(0),

        // An empty message is not an Engine.IO packet.
        WireRow.Ended("text of 0", "close", WireFrame.Message("")),
        WireRow.Good("a length of two bytes that needs one", [0x81, 0xFE, 0, 2, .. Unhidden], "text 4x"),
        WireRow.Good("a length of eight bytes that needs one", [0x81, 0xFF, 0, 0, 0, 0, 0, 0, 0, 2, .. Unhidden], "text 4x"),
        WireRow.Bad("a length below zero", [0x81, 0xFF, 0x80, 0, 0, 0, 0, 0, 0, 2, .. Unhidden]),
    ];

    private static IEnumerable<WireRow> Long =>
    [
        Text(MaxMessage),
        Binary(MaxMessage),
        Text(MaxMessage).Chopped(1 << 16),
        .. ((int[])[256, 1024, 4096, 65536, 1 << 20]).Select(size => Parts(WireFrame.Text, MaxMessage, size)),
        .. ((int[])[256, 65536]).Select(size => Parts(WireFrame.Binary, MaxMessage, size)),
        Parts(WireFrame.Text, 64 * 900, 64),
        WireRow.Ended("text of a byte too much", TooBig, WireFrame.Message(Of(MaxMessage + 1))),
        WireRow.Ended("parts of a byte too much", TooBig, WireFrame.Parts(WireFrame.Text, Bytes(MaxMessage + 1), 4096)),

        // Short fragments cost more than they carry: a thousand at once, and then a hundred a second.
        WireRow.Ended("parts of 64 without end", "close 1008 too many frames", WireFrame.Parts(WireFrame.Text, Bytes(64 * 1100), 64)),
    ];

    [Theory]
    [MemberData(nameof(Names))]
    public Task A_message_is_echoed_up_to_the_longest(string name) => WireTable.PlayAsync(server, Rows[name]);

    private static WireRow Text(int length) => WireRow.Good($"text of {length}", WireFrame.Message(Of(length)), WireRow.Echo(Of(length)));

    private static WireRow Binary(int length)
    {
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        var frame = WireFrame.Of(WireFrame.Final | WireFrame.Binary, bytes);
        return WireRow.Good($"binary of {length}", frame, WireSocket.Describe(WireFrame.Binary, bytes));
    }

    private static WireRow Parts(byte opcode, int length, int size) => WireRow.Good(
        $"{(opcode == WireFrame.Text ? "text" : "binary")} of {length} in parts of {size}",
        WireFrame.Parts(opcode, Bytes(length), size),
        WireSocket.Describe(opcode, Bytes(length)));

    // The echo is an Engine.IO packet of type message.
    private static string Of(int length) => "4" + new string('*', length - 1);

    private static byte[] Bytes(int length) => Encoding.ASCII.GetBytes(Of(length));
}
