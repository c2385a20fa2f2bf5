using System.Buffers;
using System.Text;
using CsCheck;
using Notify.Protocol.Events;

namespace Notify.Protocol.Tests.Events;

public sealed class PositionVectorTests
{
    private static readonly string[] Channels = ["a", "b", "é 😀,:\n", ""];

    [Fact]
    public void What_was_read_of_each_channel_comes_back()
    {
        var vector = new PositionVector(Channels);
        vector.Advance(EventMessages.Joined("b", "Epoch-_1", 0, recovered: false));
        vector.Advance(EventMessages.Joined("", "E2", 5, recovered: false));
        vector.Advance(EventMessages.Notification("", "E2", 6, "n", default, "1"u8));
        vector.Advance(EventMessages.Joined("é 😀,:\n", "E3", long.MaxValue, recovered: true));
        vector.Advance(EventMessages.Joined("another", "E3", 1, recovered: true));

        var next = new PositionVector([.. Channels.Reverse(), "new"]);
        next.Read(IdOf(vector));

        Assert.Null(next.Find("a"));
        Assert.Null(next.Find("new"));
        Assert.Null(next.Find("another"));
        Assert.Equal(new Since.After("Epoch-_1", 0), next.Find("b"));
        Assert.Equal(new Since.After("E2", 6), next.Find(""));
        Assert.Equal(new Since.After("E3", long.MaxValue), next.Find("é 😀,:\n"));
    }

    [Fact]
    public void It_fits_a_header()
    {
        var names = Enumerable.Range(0, 32).Select(i => new string('x', 195) + $"{i:00000}").ToArray();
        var vector = new PositionVector(names);
        foreach (var name in names)
        {
            vector.Advance(EventMessages.Joined(name, "0123456789a", 1_000_000_000_000, recovered: false));
        }

        var id = IdOf(vector);
        Assert.True(id.Length < 1200, id);
        Assert.All(
            id,
            character => Assert.True(char.IsAsciiLetterOrDigit(character) || ":,-_".Contains(character, StringComparison.Ordinal)));
        var next = new PositionVector(names);
        next.Read(id);
        Assert.All(names, name => Assert.Equal(new Since.After("0123456789a", 1_000_000_000_000), next.Find(name)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("17")]
    [InlineData(",,,:::")]
    [InlineData("KEY:e")]
    [InlineData("KEY:e:")]
    [InlineData("KEY::1")]
    [InlineData("KEY:e:-1")]
    [InlineData("KEY:e:+1")]
    [InlineData("KEY:e: 1")]
    [InlineData("KEY:e:1.0")]
    [InlineData("KEY:e:9223372036854775808")]
    [InlineData("KEY:e:1:1")]
    [InlineData("KEY:e\n:1")]
    [InlineData("KEY:é:1")]
    [InlineData("KEY:0123456789012345678901234567890123456789012345678901234567890123456789:1")]
    [InlineData("AAAAAAAA:e:1")]
    public void What_is_no_position_says_nothing(string id)
    {
        var vector = new PositionVector(["a"]);
        vector.Read(id.Replace("KEY", KeyOf("a"), StringComparison.Ordinal));
        Assert.Null(vector.Find("a"));
        Assert.Equal("", IdOf(vector));
    }

    [Fact]
    public void One_bad_part_spoils_no_other()
    {
        var vector = new PositionVector(["a", "b"]);
        vector.Read($"{KeyOf("a")}:e:x,nonsense,{KeyOf("b")}:e:2");
        Assert.Null(vector.Find("a"));
        Assert.Equal(new Since.After("e", 2), vector.Find("b"));
    }

    [Fact]
    public void Any_text_is_read() =>
        Gen.OneOf(KeyOf("a"), ":", ",", "e", "1", "\0", "é", "\n", "9999999999999999999").Array[0, 20].Sample(parts =>
    {
        var vector = new PositionVector(["a"]);
        vector.Read(string.Concat(parts));
        Assert.DoesNotContain('\n', IdOf(vector));
    });

    private static string KeyOf(string channel)
    {
        var vector = new PositionVector([channel]);
        vector.Advance(EventMessages.Joined(channel, "e", 1, recovered: false));
        return IdOf(vector).Split(':')[0];
    }

    private static string IdOf(PositionVector vector)
    {
        var output = new ArrayBufferWriter<byte>();
        vector.WriteTo(output);
        var line = Encoding.UTF8.GetString(output.WrittenSpan);
        Assert.StartsWith("id: ", line, StringComparison.Ordinal);
        Assert.EndsWith("\n", line, StringComparison.Ordinal);
        return line[4..^1];
    }
}
