using Notify.Broker.Channels;

namespace Notify.Broker.Tests.Channels;

public sealed class ChannelNameTests
{
    [Theory]
    [InlineData("")]
    [InlineData("news")]
    [InlineData("__proto__")]
    [InlineData("a/b c?d#e")]
    [InlineData("tab\tand\0nul")]
    [InlineData("é€😀")]
    public void Any_text_of_reasonable_length_is_a_name(string text)
    {
        Assert.True(ChannelName.TryCreate(text, out var name));
        Assert.Equal(text, name);
        Assert.Equal(text, ChannelName.FromEntityId(ChannelName.ToEntityId(text)));
    }

    [Fact]
    public void The_limit_counts_bytes()
    {
        Assert.True(ChannelName.TryCreate(new string('x', 200), out _));
        Assert.False(ChannelName.TryCreate(new string('x', 201), out _));
        Assert.True(ChannelName.TryCreate(new string('é', 100), out _));
        Assert.False(ChannelName.TryCreate(new string('é', 101), out _));
        Assert.False(ChannelName.TryCreate(new string('x', 10_000), out _));
    }

    [Fact]
    public void Lone_surrogates_are_the_same_name_on_every_node()
    {
        // Not as attributes, which cannot contain such text.
        (string Text, string Name)[] cases =
        [
            ("x\ud83dy", "x\ufffdy"),
            ("\ude00", "\ufffd"),
            ("x\ud83d", "x\ufffd"),
            ("\ud83d\ude00\ud83d", "\ud83d\ude00\ufffd"),
        ];

        Assert.All(cases, example =>
        {
            Assert.True(ChannelName.TryCreate(example.Text, out var name));
            Assert.Equal(example.Name, name);
        });
    }
}
