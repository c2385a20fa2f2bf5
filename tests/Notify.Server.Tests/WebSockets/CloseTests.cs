namespace Notify.Server.Tests.WebSockets;

/// <summary>Tests how a connection is closed (section 7 of the Autobahn suite).</summary>
[Collection(Echo.Name)]
public sealed class CloseTests(EchoServer server)
{
    private const int Close = WireFrame.Final | WireFrame.Close;

    private static readonly string Longest = new('*', 123);

    private static readonly Dictionary<string, WireRow> Rows = WireTable.Of(Codes, Shapes, After);

    public static TheoryData<string> Names => WireTable.NamesOf(Rows);

    private static IEnumerable<WireRow> Codes =>
    [
        .. ((int[])[1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999])
            .Select(code => Told($"code {code}", $"close {code}", WireFrame.End(code, "bye"))),
        .. ((int[])[0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535])
            .Select(code => Told($"code {code}", "close 1002", WireFrame.End(code, "bye"))),
    ];

    private static IEnumerable<WireRow> Shapes =>
    [
        // The framework does not distinguish it from 1000.
        Told("no code", "close 1000", WireFrame.Of(Close)),
        Told("half a code", "close 1002", WireFrame.Of(Close, [3])),
        Told("no reason", "close 1000", WireFrame.End(1000)),
        Told("a reason of 123 bytes", "close 1000", WireFrame.End(1000, Longest)),
        Told("a reason of 124 bytes", "close 1002", WireFrame.End(1000, Longest + "*")),
        Told("a reason that is not UTF-8", "close 1002", WireFrame.Of(Close, [3, 0xE8, 0xCE, 0xBA, 0xE1, 0xBD, 0xB9, 0xED, 0xA0, 0x80])),
        Told("a close byte by byte", "close 1000", WireFrame.End(1000, "bye")).Chopped(1),
        Told("a close within a message", "close 1000", WireFrame.Of(WireFrame.Text, "4half"), WireFrame.End(1000)),
        Told("a close after a message", "close 1001", WireFrame.End(1001)).AfterMessage(),
    ];

    // Data after the client's close is not read.
    private static IEnumerable<WireRow> After =>
    [
        Told("two closes", "close 1000", WireFrame.End(1000), WireFrame.End(1001)),
        Told("a message after the close", "close 1000", WireFrame.End(1000), WireFrame.Message("4late")),
        Told("a ping after the close", "close 1000", WireFrame.End(1000), WireFrame.Of(WireFrame.Final | WireFrame.Ping)),
        Told("nonsense after the close", "close 1000", WireFrame.End(1000), [0xFF, 0xFF, 0xFF]),
        Told("a message after a bad frame", "close 1002", WireFrame.Of(WireFrame.Final | 3), WireFrame.Message("4late")),
        Told("256 kB after the close", "close 1000", WireFrame.End(1000), WireFrame.Message("4" + new string('x', 1 << 18))),
    ];

    [Theory]
    [MemberData(nameof(Names))]
    public Task A_close_is_answered_by_its_code_or_by_what_is_wrong_with_it(string name) => WireTable.PlayAsync(server, Rows[name]);

    private static WireRow Told(string name, string close, params byte[][] frames) => WireRow.Ended(name, close, frames);
}
