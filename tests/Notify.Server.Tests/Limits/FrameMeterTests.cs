using Notify.Server.WebSockets;

namespace Notify.Server.Tests.Limits;

/// <summary>Tests which frames are charged, however the bytes are split.</summary>
public sealed class FrameMeterTests
{
    private const int Burst = 1000;

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(7)]
    [InlineData(4096)]
    public void Frames_without_content_are_charged(int cut)
    {
        byte[] ping = [0x89, 0x80, 1, 2, 3, 4];
        byte[] part = [0x00, 0x81, 1, 2, 3, 4, 5];
        Assert.Equal(Burst + 1, CountUntilRefused(ping, cut));
        Assert.Equal(Burst + 1, CountUntilRefused(part, cut));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(4096)]
    public void Messages_and_long_parts_are_not(int cut)
    {
        byte[] message = [0x81, 0x81, 1, 2, 3, 4, 0x89];
        byte[] part = [0x00, 0xFE, 1, 0, 1, 2, 3, 4, .. Enumerable.Repeat((byte)0x89, 256)];
        byte[] longPart = [0x02, 0xFF, 0, 0, 0, 0, 0, 1, 0, 0, 1, 2, 3, 4, .. Enumerable.Repeat((byte)0x89, 65536)];
        Assert.Null(CountUntilRefused(message, cut));
        Assert.Null(CountUntilRefused(part, cut));
        Assert.Null(CountUntilRefused(longPart, 4096 + cut, most: 20));
    }

    [Fact]
    public void As_many_as_a_second_pays_for_go_on_for_ever()
    {
        var meter = default(FrameMeter);
        byte[] ping = [0x89, 0x80, 1, 2, 3, 4];
        for (var now = 0; now < 60_000; now += 10)
        {
            Assert.True(meter.TryRead(ping, now));
        }
    }

    private static int? CountUntilRefused(byte[] frame, int cut, int most = 2 * Burst)
    {
        var meter = default(FrameMeter);
        var bytes = Enumerable.Repeat(frame, most).SelectMany(value => value).ToArray();
        for (var at = 0; at < bytes.Length; at += cut)
        {
            if (!meter.TryRead(bytes.AsSpan(at, Math.Min(cut, bytes.Length - at)), now: 0))
            {
                // The number of frames whose reading had begun; the last of them is the refused one.
                return cut < frame.Length ? (at / frame.Length) + 1 : Burst + 1;
            }
        }

        return null;
    }
}
