using System.Buffers;
using System.IO.Pipelines;
using Notify.Server.Http2;

namespace Notify.Server.Tests.Tls;

public sealed class PlainConnectSettingsTests
{
    // SETTINGS with three settings, one of which offers extended CONNECT, and the same again as a second frame.
    private static readonly byte[] Frame =
        [0, 0, 18, 4, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 100, 0, 8, 0, 0, 0, 1, 0, 4, 0, 2, 0, 0];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(9)]
    [InlineData(100)]
    public async Task Only_the_first_frame_loses_its_offer_however_it_is_written(int size)
    {
        var pipe = new Pipe();
        var writer = new PlainConnectSettings(pipe.Writer);
        byte[] written = [.. Frame, .. Frame];
        foreach (var part in written.Chunk(size))
        {
            writer.Write(part);
        }

        await writer.FlushAsync();

        var expected = written.ToArray();
        expected[20] = 0;
        Assert.Equal(expected, (await pipe.Reader.ReadAsync()).Buffer.ToArray());
    }

    [Fact]
    public async Task A_frame_without_settings_is_left_as_it_is()
    {
        var pipe = new Pipe();
        var writer = new PlainConnectSettings(pipe.Writer);
        byte[] written = [0, 0, 0, 4, 0, 0, 0, 0, 0, .. Frame];
        writer.Write(written);

        await writer.FlushAsync();

        Assert.Equal(written, (await pipe.Reader.ReadAsync()).Buffer.ToArray());
    }
}
