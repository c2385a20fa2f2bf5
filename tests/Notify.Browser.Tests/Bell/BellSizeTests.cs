using System.IO.Compression;

namespace Notify.Browser.Tests.Bell;

/// <summary>Tests that pages stay fast: how large the scripts are, compressed.</summary>
public class BellSizeTests
{
    [Theory]
    [InlineData("notify.js", 8_192)]
    [InlineData("bell.js", 9_216)]
    [InlineData("notify-bell.min.js", 16_384)]
    [InlineData("worker.js", 6_144)]
    [InlineData("locale/de.js", 600)]
    public void A_script_is_small(string name, int most)
    {
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.SmallestSize, leaveOpen: true))
        using (var script = File.OpenRead(Path.Combine(AppContext.BaseDirectory, "inbox", name)))
        {
            script.CopyTo(gzip);
        }

        Assert.InRange(compressed.Length, 1, most);
    }
}
