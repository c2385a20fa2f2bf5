using System.Globalization;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Notify.Server.Troubles;

namespace Notify.Server.Tests.Troubles;

/// <summary>Tests that the troubles hold the last warnings and errors, and no more memory than they may.</summary>
public sealed class TroubleLogTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly TroubleLog _log;
    private readonly ILogger _logger;

    public TroubleLogTests()
    {
        _log = new TroubleLog(_time);
        _logger = _log.CreateLogger("Notify.Some");
    }

    public void Dispose() => _log.Dispose();

    [Fact]
    public void Only_warnings_and_worse_are_remembered_the_newest_first()
    {
        Write(LogLevel.Information, "Told", "nothing");
        Write(LogLevel.Warning, "Refused", "a");
        Write(LogLevel.Error, "StoreTrouble", "b");
        Write(LogLevel.Critical, null, "c");

        Assert.Equal(
            ["critical Notify.Some c 1", "error StoreTrouble b 1", "warning Refused a 1"],
            _log.All.Select(entry => string.Create(
                CultureInfo.InvariantCulture, $"{entry.Level} {entry.Event} {entry.Message} {entry.Count}")));
    }

    [Fact]
    public void Equal_entries_are_counted_together_with_the_number_that_they_name()
    {
        Write(LogLevel.Warning, "Refused", "a");
        Write(LogLevel.Warning, "Other", "b");
        _time.Advance(TimeSpan.FromMinutes(1));
        _logger.Log(
            LogLevel.Warning,
            new EventId(1, "Refused"),
            (IReadOnlyList<KeyValuePair<string, object?>>)[new("Count", 41L)],
            null,
            (_, _) => "a");

        Assert.Equal(["Refused", "Other"], _log.All.Select(entry => entry.Event));
        Assert.Equal((42L, _time.GetUtcNow()), (_log.All[0].Count, _log.All[0].Time));
    }

    [Fact]
    public void An_exception_is_named_without_its_stack()
    {
        _logger.Log(LogLevel.Error, new EventId(1, "TickFailed"), "It failed.", new InvalidOperationException("why"), (state, _) => state);

        Assert.Equal("It failed. InvalidOperationException: why", Assert.Single(_log.All).Message);
    }

    [Fact]
    public void The_oldest_are_forgotten_beyond_the_number_of_entries()
    {
        for (var n = 0; n < TroubleLog.MaxEntries + 5; n++)
        {
            Write(LogLevel.Warning, "Refused", $"{n}");
        }

        Assert.Equal(TroubleLog.MaxEntries, _log.All.Count);
        Assert.Equal("5", _log.All[^1].Message);
    }

    [Fact]
    public void Long_messages_are_cut_and_the_oldest_are_forgotten_beyond_the_memory()
    {
        for (var n = 0; n < TroubleLog.MaxEntries; n++)
        {
            Write(LogLevel.Warning, "Refused", $"{n} {new string('x', 2 * TroubleLog.MaxMessage)}");
        }

        Assert.All(_log.All, entry => Assert.Equal(TroubleLog.MaxMessage, entry.Message.Length));
        Assert.InRange(_log.All.Sum(entry => sizeof(char) * (entry.Message.Length + entry.Event.Length)), 1, TroubleLog.MaxBytes);
        Assert.InRange(_log.All.Count, 2, TroubleLog.MaxEntries - 1);
    }

    private void Write(LogLevel level, string? name, string message) =>
        _logger.Log(level, new EventId(1, name), message, null, (state, _) => state);
}
