using System.Text.Json;
using Microsoft.Extensions.Logging;
using Notify.Server.Telemetry;

namespace Notify.Server.Tests.Telemetry;

/// <summary>Tests the lines of <c>NOTIFY_LOG=json</c>.</summary>
public sealed class JsonLogLineTests
{
    private static readonly DateTimeOffset At = new(2026, 3, 1, 12, 0, 0, 250, TimeSpan.FromHours(1));

    [Fact]
    public void A_line_has_its_parts_then_its_values() => Assert.Equal(
        """{"time":"2026-03-01T11:00:00.250Z","level":"warning","category":"Notify.Some","event":"Refused","message":"No.","count":3,"""
            + """ "isNew":true,"address":null,"took":"00:00:02","names":"a, b"}""".TrimStart(),
        Write(
            "No.",
            ("Count", 3L),
            ("IsNew", true),
            ("Address", null),
            ("Took", TimeSpan.FromSeconds(2)),
            ("Names", (string[])["a", "b"]),
            ("{OriginalFormat}", "{Count}")));

    [Fact]
    public void A_value_does_not_replace_a_part()
    {
        using var line = JsonDocument.Parse(Write("No.", ("Message", "other"), ("Time", 1)));

        Assert.Equal("No.", line.RootElement.GetProperty("message").GetString());
        Assert.Equal("other", line.RootElement.GetProperty("messageValue").GetString());
        Assert.Equal(1, line.RootElement.GetProperty("timeValue").GetInt32());
    }

    [Theory]
    [InlineData("two\nlines\r\u2028and \"quotes\" \u0000")]
    [InlineData("Zo\u00eb \ud83d\ude00")]
    [InlineData("lone \ud800")]
    public void Any_text_is_one_line_of_ascii(string text)
    {
        var line = Write(text, ("Value", text));

        Assert.All(line, c => Assert.InRange(c, ' ', '~'));
        using var parsed = JsonDocument.Parse(line);
        Assert.Equal(parsed.RootElement.GetProperty("message").GetString(), parsed.RootElement.GetProperty("value").GetString());
    }

    [Fact]
    public void An_exception_comes_with_its_stack()
    {
        var line = JsonLogLine.Write(At, LogLevel.Error, "c", null, "It failed.", exception: new InvalidOperationException("why"));

        using var parsed = JsonDocument.Parse(line);
        Assert.Equal("System.InvalidOperationException: why", parsed.RootElement.GetProperty("exception").GetString());
        Assert.Equal(JsonValueKind.Null, parsed.RootElement.GetProperty("event").ValueKind);
    }

    private static string Write(string message, params (string Name, object? Value)[] values) => JsonLogLine.Write(
        At, LogLevel.Warning, "Notify.Some", "Refused", message, values.Select(value => KeyValuePair.Create(value.Name, value.Value)));
}
