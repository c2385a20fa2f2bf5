using System.Collections.Concurrent;
using System.Text.Json;

namespace Notify.Chaos;

/// <summary>
/// Simulates a client that keeps its position like a page. When its connection ends, it requests the missed notifications. Every delivery
/// must follow the previous one.
/// </summary>
internal sealed class Listener : SocketClient
{
    private readonly Func<Node> _pick;
    private readonly ConcurrentQueue<string> _told = new();
    private string? _epoch;
    private long _offset;

    private Listener(string channel, Func<Node> pick)
        : base(channel) => _pick = pick;

    /// <summary>Gets the deliveries in order.</summary>
    public IReadOnlyCollection<string> Told => _told;

    /// <summary>Gets the number of reports of lost history.</summary>
    public int Losses { get; private set; }

    /// <summary>Gets the errors in the deliveries.</summary>
    public ConcurrentQueue<string> Complaints { get; } = new();

    protected override string JoinMembers =>
        _epoch is null ? "" : $$""","since":{"epoch":"{{_epoch}}","offset":{{_offset}}}""";

    public static async Task<Listener> JoinAsync(string channel, Func<Node> pick)
    {
        var listener = new Listener(channel, pick);
        await listener.StartAsync();
        return listener;
    }

    /// <summary>Waits until the given number of notifications has arrived.</summary>
    public Task HasAsync(int count) => TestTimeouts.UntilAsync(
        () => _told.Count >= count,
        () => $"{Channel}: told {_told.Count} of {count} ({string.Join(' ', _told.TakeLast(5))})");

    protected override Node Pick() => _pick();

    protected override void OnJoined(JsonElement message)
    {
        var (epoch, offset) = (message.GetProperty("epoch").GetString()!, message.GetProperty("offset").GetInt64());
        if (_epoch is not null && !message.GetProperty("recovered").GetBoolean())
        {
            Losses++;
        }
        else if (_epoch is not null && (epoch, offset) != (_epoch, _offset))
        {
            Complaints.Enqueue($"{Channel}: recovered at {epoch}/{offset} instead of {_epoch}/{_offset}");
        }

        (_epoch, _offset) = (epoch, offset);
    }

    protected override void OnMessage(string type, JsonElement message)
    {
        if (type != "notification")
        {
            return;
        }

        var (epoch, offset) = (message.GetProperty("epoch").GetString()!, message.GetProperty("offset").GetInt64());
        if (epoch != _epoch || offset != _offset + 1)
        {
            Complaints.Enqueue($"{Channel}: {epoch}/{offset} follows {_epoch}/{_offset}");
        }

        (_epoch, _offset) = (epoch, offset);
        _told.Enqueue(message.GetProperty("data").GetString()!);
    }
}
