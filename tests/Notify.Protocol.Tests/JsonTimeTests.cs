using System.Text;
using System.Text.Json;

namespace Notify.Protocol.Tests;

public sealed class JsonTimeTests
{
    [Theory]
    [InlineData(0, "1970-01-01T00:00:00.000Z")]
    [InlineData(1_700_000_000_100, "2023-11-14T22:13:20.100Z")]
    [InlineData(1_700_000_000_120, "2023-11-14T22:13:20.120Z")]
    [InlineData(1_700_000_000_123, "2023-11-14T22:13:20.123Z")]
    public void A_time_has_three_digits_of_a_fraction(long milliseconds, string text)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteTime("at"u8, DateTimeOffset.FromUnixTimeMilliseconds(milliseconds));
            json.WriteEndObject();
        }

        Assert.Equal($$"""{"at":"{{text}}"}""", Encoding.UTF8.GetString(stream.ToArray()));
    }
}
