using System.Globalization;
using System.Text;
using Notify.Protocol;
using Notify.Protocol.EngineIo;
using Notify.Protocol.SocketIo;
using Notify.Protocol.Tests;
using Notify.Server.SocketIo;

namespace Notify.Server.Tests.SocketIo;

/// <summary>Tests the positions in a join, and the cost of reading them.</summary>
public sealed class JoinOptionsTests
{
    private const int MaxMessage = 1_000_000;

    [Theory]
    [InlineData("""["a"]""", "a: now")]
    [InlineData("""["a"],{}""", "a: now")]
    [InlineData("""["a"],{"since":null}""", "a: now")]
    [InlineData("""["a"],{"since":"earliest"}""", "a: earliest")]
    [InlineData("""["a","b"],{"since":{"b":"earliest"}}""", "a: now, b: earliest")]
    [InlineData("""["a","a"],{"since":{"a":{"epoch":"e","offset":7}}}""", "a: e 7, a: e 7")]
    [InlineData("""["a","b"],{"since":{"a":1,"b":"earliest"}}""", "a: bad, b: earliest")]
    [InlineData("""["a","b"],{"since":5}""", "a: bad, b: bad")]
    [InlineData("""["a"],{"since":{"a":1,"a":"earliest"}}""", "a: earliest")]
    [InlineData("""[5,null],{"since":{"5":"earliest","null":"earliest"}}""", "5: earliest, null: earliest")]
    [InlineData("""["\ud800"],{"since":{"\ud801":"earliest"}}""", "\ufffd: earliest")]
    [InlineData("""["a"],{"since":{"\u0061":"earliest"}}""", "a: earliest")]
    [InlineData("""["epoch"],{"since":{"epoch":"e","offset":7}}""", "epoch: bad")]
    [InlineData("\"a\",{\"since\":{\"epoch\":\"e\",\"offset\":7}}", "a: e 7")]
    [InlineData("\"a\",{\"since\":{\"a\":\"earliest\"}}", "a: bad")]
    [InlineData("\"a\",{\"since\":{\"epoch\":\"e\",\"offset\":-1}}", "a: bad")]
    public void Each_channel_has_its_position(string arguments, string expected)
    {
        var join = ChannelArguments.Read(Packet(arguments), most: 10);
        var options = JoinOptions.Read(join.Options, join.Names!, join.IsArray);
        var positions = join.Names!.Select(name => $"{name}: {(options.TryFind(name, out var since) ? Text(since) : "bad")}");
        Assert.Equal(expected, string.Join(", ", positions));
    }

    [Fact]
    public void More_names_than_may_be_joined_are_counted_and_not_read()
    {
        var join = ChannelArguments.Read(Packet("""["a","b","c"]"""), most: 2);
        Assert.Equal((3, null), (join.Count, join.Names));
    }

    [Theory]
    [InlineData("\"a\"", "\"b{0}\":0")]
    [InlineData("\"a{0}\"", "\"b{0}\":0")]
    [InlineData("\"a{0}\"", "\"a{0}\":\"earliest\"")]
    [InlineData("\"a{0}\"", "\"\\u0061{0}\":{{}}")]
    public void Reading_them_is_linear(string name, string position) => Growth.AssertLinear(
        MaxMessage / 12,
        count => Packet("[" + Repeat(name, count) + "],{\"since\":{" + Repeat(position, count) + "}}"),
        Read);

    // One position with many fields, for many channels with one name.
    [Fact]
    public void Reading_a_long_position_is_linear() => Growth.AssertLinear(
        MaxMessage / 12, count => Packet("[" + Repeat("\"a\"", count) + "],{\"since\":{\"a\":{" + Repeat("\"b\":0", count) + "}}}"), Read);

    [Fact]
    public void Reading_long_options_is_linear() => Growth.AssertLinear(
        MaxMessage / 12, count => Packet("[" + Repeat("\"a\"", count) + "],{" + Repeat("\"b\":0", count) + "}"), Read);

    private static void Read(SocketPacket packet)
    {
        var join = ChannelArguments.Read(packet, most: int.MaxValue);
        var options = JoinOptions.Read(join.Options, join.Names!, join.IsArray);
        foreach (var name in join.Names!)
        {
            options.TryFind(name, out _);
        }
    }

    private static string Repeat(string part, int count) =>
        string.Join(',', Enumerable.Range(0, count).Select(i => string.Format(CultureInfo.InvariantCulture, part, i)));

    private static string Text(Since? since) => since switch
    {
        null => "now",
        Since.After after => string.Create(CultureInfo.InvariantCulture, $"{after.Epoch} {after.Offset}"),
        _ => "earliest",
    };

    private static SocketPacket Packet(string arguments)
    {
        var message = new EnginePacket(EnginePacketType.Message, Encoding.UTF8.GetBytes($"2[\"join\",{arguments}]"));
        Assert.Equal(SocketDecodeError.None, new SocketPacketDecoder(SocketRevision.V5, MaxMessage).Decode(message, out var packet));
        return packet!;
    }
}
