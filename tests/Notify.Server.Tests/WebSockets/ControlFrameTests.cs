namespace Notify.Server.Tests.WebSockets;

/// <summary>Tests pings and pongs, reserved bits and reserved opcodes (sections 2 to 4 of the Autobahn suite).</summary>
[Collection(Echo.Name)]
public sealed class ControlFrameTests(EchoServer server)
{
    private const int Ping = WireFrame.Final | WireFrame.Ping;
    private const int Pong = WireFrame.Final | WireFrame.Pong;

    private static readonly byte[] Longest = [.. Enumerable.Repeat((byte)0xFE, 125)];
    private static readonly byte[] Ten = WireRow.Join(Enumerable.Range(0, 10).Select(i => WireFrame.Of(Ping, $"ping {i}")));
    private static readonly string[] TenAnswers = [.. Enumerable.Range(0, 10).Select(i => $"pong 70696e67203{i}")];

    private static readonly Dictionary<string, WireRow> Rows = WireTable.Of(Pings, Reserved, Unmasked);

    public static TheoryData<string> Names => WireTable.NamesOf(Rows);

    private static IEnumerable<WireRow> Pings =>
    [
        WireRow.Good("an empty ping", WireFrame.Of(Ping), "pong "),
        WireRow.Good("a ping with text", WireFrame.Of(Ping, "Hello"), "pong 48656c6c6f"),
        WireRow.Good("a ping with bytes", WireFrame.Of(Ping, [0, 0xFF, 0xFE, 0xFD]), "pong 00fffefd"),
        WireRow.Good("a ping of 125 bytes", WireFrame.Of(Ping, Longest), "pong " + Convert.ToHexStringLower(Longest)),
        WireRow.Good("a ping of 125 bytes", WireFrame.Of(Ping, Longest), "pong " + Convert.ToHexStringLower(Longest)).Chopped(1),
        WireRow.Bad("a ping of 126 bytes", WireFrame.Of(Ping, [.. Longest, 0])),
        WireRow.Good("an empty pong", WireFrame.Of(Pong)),
        WireRow.Good("a pong with text", WireFrame.Of(Pong, "unasked")),
        WireRow.Bad("a pong of 126 bytes", WireFrame.Of(Pong, [.. Longest, 0])),
        WireRow.Good("a pong and a ping", [.. WireFrame.Of(Pong, "unasked"), .. WireFrame.Of(Ping, "x")], "pong 78"),
        WireRow.Good("ten pings", Ten, TenAnswers),
        WireRow.Good("ten pings", Ten, TenAnswers).Chopped(1),
    ];

    private static IEnumerable<WireRow> Reserved =>
    [
        .. Enumerable.Range(1, 7).SelectMany(bits => (WireRow[])[Bits(bits, WireFrame.Text), Bits(bits, WireFrame.Text).AfterMessage()]),
        Bits(4, WireFrame.Binary),
        Bits(4, WireFrame.Ping),
        Bits(4, WireFrame.Close),
        Bits(7, WireFrame.Text).Chopped(1),
        .. ((int[])[3, 4, 5, 6, 7, 11, 12, 13, 14, 15]).SelectMany(opcode =>
            (WireRow[])[Opcode(opcode, ""), Opcode(opcode, "4reserved"), Opcode(opcode, "").AfterMessage()]),
    ];

    // RFC 6455 section 5.1: a proxy that mistakes frames for a request must not find text in them that an attacker has chosen.
    private static IEnumerable<WireRow> Unmasked =>
    [
        WireRow.Bad("text without a mask", WireFrame.Unmasked(WireFrame.Final | WireFrame.Text, "4x")),
        WireRow.Bad("text without a mask", WireFrame.Unmasked(WireFrame.Final | WireFrame.Text, "4x")).Chopped(1),
        WireRow.Bad("an empty text without a mask", WireFrame.Unmasked(WireFrame.Final | WireFrame.Text, "")),
        WireRow.Bad("a ping without a mask", WireFrame.Unmasked(Ping, "x")),
        WireRow.Bad("a close without a mask", WireFrame.Unmasked(WireFrame.Final | WireFrame.Close, "")),
        WireRow.Bad("a part without a mask", WireFrame.Of(WireFrame.Text, "4"), WireFrame.Unmasked(WireFrame.Final, "x")),
    ];

    [Theory]
    [MemberData(nameof(Names))]
    public Task Control_frames_are_answered_and_reserved_ones_refused(string name) => WireTable.PlayAsync(server, Rows[name]);

    private static WireRow Bits(int bits, int opcode) => WireRow.Bad(
        $"reserved bits {bits} of opcode {opcode}", WireFrame.Of(WireFrame.Final | (bits << 4) | opcode, "4x"), WireFrame.Of(Ping));

    private static WireRow Opcode(int opcode, string payload) =>
        WireRow.Bad($"opcode {opcode} with '{payload}'", WireFrame.Of(WireFrame.Final | opcode, payload), WireFrame.Of(Ping));
}
