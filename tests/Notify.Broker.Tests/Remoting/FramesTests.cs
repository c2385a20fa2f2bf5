using System.Buffers;
using Google.Protobuf;
using Notify.Broker.Remoting;

namespace Notify.Broker.Tests.Remoting;

/// <summary>Tests the frames between nodes, which are the same as in Akka's own transport.</summary>
public sealed class FramesTests
{
    [Fact]
    public void A_frame_is_its_length_in_four_bytes_and_its_bytes()
    {
        var output = new ArrayBufferWriter<byte>();

        Frames.Write(output, ByteString.CopyFrom(1, 2, 3));

        Assert.Equal([3, 0, 0, 0, 1, 2, 3], output.WrittenSpan.ToArray());
    }

    [Fact]
    public void Frames_are_taken_when_they_are_whole()
    {
        var output = new ArrayBufferWriter<byte>();
        Frames.Write(output, ByteString.CopyFrom(1, 2, 3));
        Frames.Write(output, ByteString.Empty);
        var whole = output.WrittenMemory;
        for (var length = 0; length < 7; length++)
        {
            var part = new ReadOnlySequence<byte>(whole[..length]);
            Assert.False(Frames.TryRead(ref part, 3, out _));
            Assert.Equal(length, part.Length);
        }

        var all = new ReadOnlySequence<byte>(whole);
        Assert.True(Frames.TryRead(ref all, 3, out var first));
        Assert.True(Frames.TryRead(ref all, 3, out var second));
        Assert.False(Frames.TryRead(ref all, 3, out _));
        Assert.Equal(ByteString.CopyFrom(1, 2, 3), first);
        Assert.Empty(second);
        Assert.True(all.IsEmpty);
    }

    [Theory]
    [InlineData(4, 0, 0, 0)]
    [InlineData(255, 255, 255, 255)]
    public void A_frame_that_is_too_long_is_refused_before_it_comes(byte a, byte b, byte c, byte d)
    {
        var input = new ReadOnlySequence<byte>([a, b, c, d]);

        Assert.Throws<InvalidDataException>(() => Frames.TryRead(ref input, 3, out _));
    }
}
