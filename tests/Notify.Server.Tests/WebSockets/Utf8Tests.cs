using System.Text;

namespace Notify.Server.Tests.WebSockets;

/// <summary>
/// Tests that text must be UTF-8, wherever it is split. Invalid text ends the connection at once (section 6 of the Autobahn suite).
/// </summary>
[Collection(Echo.Name)]
public sealed class Utf8Tests(EchoServer server)
{
    private const byte Text = WireFrame.Text;

    private static readonly byte[] Ping = WireFrame.Of(WireFrame.Final | WireFrame.Ping);

    // Valid texts in hexadecimal.
    private static readonly string[] Valid =
    [
        "cebae1bdb9cf83cebcceb5", "00", "7f", "c280", "dfbf", "e0a080", "ed9fbf", "ee8080", "efbfbd", "f0908080", "f48fbfbf",

        // Unicode noncharacters are valid.
        "efb790", "efbfbe", "efbfbf", "f09fbfbe", "f09fbfbf", "f0afbfbe", "f3bfbfbf", "f48fbfbe", "efbbbf",
    ];

    private static readonly string[] Invalid =
    [
        // Misplaced bytes, and bytes that are never valid.
        "80", "bf", "8080", "c0", "c1", "f5", "f8", "fc", "fe", "ff", "fefeffff", "cebae1bdb9cf83cebcceb5eda080656469746564",

        // Too short, and cut off by the next character or the end.
        "c2", "e1", "e1bd", "f0", "f090", "f09080", "c220", "e1bd20", "f0908020", "c2c2", "cebae1",

        // Overlong encodings.
        "c080", "c0af", "c1bf", "e08080", "e080af", "e09fbf", "f0808080", "f08080af", "f08fbfbf", "f880808080", "fc8080808080",

        // Surrogates, single and in pairs.
        "eda080", "edadbf", "edaebf", "edafbf", "edb080", "edbe80", "edbfbf", "eda080edb080", "edafbfedbfbf",

        // Beyond the last character.
        "f4908080", "f5808080", "f7bfbfbf", "f888808080", "fc8480808080",
    ];

    private static readonly Dictionary<string, WireRow> Rows = WireTable.Of(
        Valid.SelectMany(hex => (WireRow[])[Whole(hex), Bytewise(hex)]),
        Invalid.SelectMany(hex => (WireRow[])[Broken(hex), BrokenParts(hex)]),
        AtOnce);

    public static TheoryData<string> Names => WireTable.NamesOf(Rows);

    // Detected before the end of the message, or even of the frame.
    private static IEnumerable<WireRow> AtOnce =>
    [
        WireRow.Garbled("a bad part of a message that goes on", WireFrame.Of(Text, "4"), WireFrame.Of(0, [0xFF])),
        WireRow.Garbled("a bad beginning of a message that goes on", WireFrame.Of(Text, [(byte)'4', 0xC0, 0xAF])),
        // Long frames are validated in parts of 4 kB.
        WireRow.Garbled("a bad byte of a frame that goes on", WireFrame.Of(Text, [(byte)'4', 0xFF, .. new byte[10_000]])[..6000]),
        WireRow.Garbled("a character that does not end in the next part", WireFrame.Of(Text, [(byte)'4', 0xE1]), WireFrame.Of(0, "x")),
        WireRow.Garbled("a message that ends within a character", WireFrame.Of(Text, [(byte)'4', 0xE1]), WireFrame.Of(WireFrame.Final)),
        WireRow.Good(
            "a ping within a character",
            [.. WireFrame.Of(Text, [(byte)'4', 0xE2, 0x82]), .. Ping, .. WireFrame.Of(WireFrame.Final, [0xAC])],
            "pong ",
            "text 4€"),
        WireRow.Good("bytes are no text", WireFrame.Of(WireFrame.Final | WireFrame.Binary, [0xFF, 0xC0]), "binary ffc0"),
    ];

    [Theory]
    [MemberData(nameof(Names))]
    public Task Text_is_UTF8(string name) => WireTable.PlayAsync(server, Rows[name]);

    private static byte[] Bytes(string hex) => [(byte)'4', .. Convert.FromHexString(hex)];

    private static WireRow Whole(string hex) => WireRow.Good(
        hex, WireFrame.Of(WireFrame.Final | Text, Bytes(hex)), "text " + Encoding.UTF8.GetString(Bytes(hex)));

    private static WireRow Bytewise(string hex) =>
        Whole(hex) with { Name = hex + ", byte by byte", Writes = [WireFrame.Parts(Text, Bytes(hex), 1)] };

    private static WireRow Broken(string hex) => WireRow.Garbled(hex, WireFrame.Of(WireFrame.Final | Text, Bytes(hex)));

    private static WireRow BrokenParts(string hex) => WireRow.Garbled(hex + ", byte by byte", WireFrame.Parts(Text, Bytes(hex), 1));
}
