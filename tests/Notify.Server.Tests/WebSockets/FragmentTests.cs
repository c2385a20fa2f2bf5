namespace Notify.Server.Tests.WebSockets;

/// <summary>Tests fragmented messages (section 5 of the Autobahn suite).</summary>
[Collection(Echo.Name)]
public sealed class FragmentTests(EchoServer server)
{
    private static readonly byte[] Begin = WireFrame.Of(WireFrame.Text, "4a");
    private static readonly byte[] Middle = WireFrame.Of(WireFrame.Continuation, "b");
    private static readonly byte[] End = WireFrame.Of(WireFrame.Final | WireFrame.Continuation, "c");
    private static readonly byte[] Ping = WireFrame.Of(WireFrame.Final | WireFrame.Ping, "p");
    private static readonly byte[] Pong = WireFrame.Of(WireFrame.Final | WireFrame.Pong, "p");
    private static readonly byte[] Nothing = WireFrame.Of(WireFrame.Continuation);
    private static readonly byte[] Byte = WireFrame.Of(WireFrame.Binary, [1]);
    private static readonly byte[] Whole = WireFrame.Message("4whole");

    private static readonly Dictionary<string, WireRow> Rows = WireTable.Of(Good, Bad);

    public static TheoryData<string> Names => WireTable.NamesOf(Rows);

    private static IEnumerable<WireRow> Good =>
    [
        Row("two parts", [Begin, End], "text 4ac"),
        Row("two parts", [Begin, End], "text 4ac").Chopped(1),
        Row("three parts", [Begin, Middle, End], "text 4abc"),
        Row("two messages of parts", [Begin, End, Begin, Middle, End], "text 4ac", "text 4abc"),
        Row(
            "empty parts",
            [WireFrame.Of(WireFrame.Text), Nothing, WireFrame.Of(0, "4x"), Nothing, WireFrame.Of(WireFrame.Final)],
            "text 4x"),
        Row("bytes in parts", [Byte, WireFrame.Of(0, [0xFF]), WireFrame.Of(WireFrame.Final, [3])], "binary 01ff03"),
        Row("a ping between parts", [Begin, Ping, End], "pong 70", "text 4ac"),
        Row("a ping between parts", [Begin, Ping, End], "pong 70", "text 4ac").Chopped(1),
        Row("pings between all parts", [Begin, Ping, Middle, Ping, Middle, Ping, End], "pong 70", "pong 70", "pong 70", "text 4abbc"),
        Row("a pong between parts", [Begin, Pong, End], "text 4ac"),
        Row("a message after one in parts", [Begin, End, Whole], "text 4ac", "text 4whole"),
    ];

    private static IEnumerable<WireRow> Bad =>
    [
        WireRow.Bad("a ping in parts", WireFrame.Of(WireFrame.Ping, "a"), End),
        WireRow.Bad("a pong in parts", WireFrame.Of(WireFrame.Pong, "a"), End),
        WireRow.Bad("a close in parts", WireFrame.Of(WireFrame.Close), End),
        WireRow.Bad("an end without a beginning", End),
        WireRow.Bad("an end without a beginning", End).Chopped(1),
        WireRow.Bad("an end without a beginning", End).AfterMessage(),
        WireRow.Bad("a part without a beginning", Middle, Whole),
        WireRow.Bad("an empty part without a beginning", Nothing, Whole),
        WireRow.Bad("a message within one in parts", Begin, Whole),
        WireRow.Bad("a message within one in parts", Begin, Whole).Chopped(1),
        WireRow.Bad("a beginning within a message", Begin, Begin, End),
        WireRow.Bad("bytes that go on with text", Byte, Whole),
        Row("a part after the end", [Begin, End, Middle], "text 4ac", "close 1002") with { IsClosedByClient = false },
    ];

    [Theory]
    [MemberData(nameof(Names))]
    public Task Parts_make_one_message_or_end_the_connection(string name) => WireTable.PlayAsync(server, Rows[name]);

    private static WireRow Row(string name, byte[][] frames, params string[] answers) => WireRow.Good(name, WireRow.Join(frames), answers);
}
