using System.Collections.Concurrent;
using System.Text.Json;

namespace Notify.Chaos;

/// <summary>
/// Simulates a device of a user: it shows the inbox that it is told of, and keeps its position. When its connection ends, it goes to a node
/// that the other device of the user does not use.
/// </summary>
internal sealed class Device : SocketClient
{
    private readonly Func<Node?, Node> _pick;
    private readonly ConcurrentQueue<long> _received = new();
    private readonly ConcurrentQueue<InboxVersion> _told = new();
    private Device? _other;
    private Node? _node;
    private InboxVersion? _last;
    private string? _epoch;
    private long _offset;

    private Device(string channel, Func<Node?, Node> pick)
        : base(channel) => _pick = pick;

    /// <summary>Gets the offsets of the notifications that it received, in order.</summary>
    public IReadOnlyCollection<long> Received => _received;

    /// <summary>Gets the versions that it was told of, in order.</summary>
    public IReadOnlyCollection<InboxVersion> Told => _told;

    /// <summary>Gets the errors in what it was told.</summary>
    public ConcurrentQueue<string> Complaints { get; } = new();

    /// <summary>Gets the version that it shows; null before the first.</summary>
    public InboxVersion? Shown { get; private set; }

    /// <summary>Gets the number of reports of lost history.</summary>
    public int Losses { get; private set; }

    protected override string JoinMembers =>
        ",\"inbox\":true" + (_epoch is null ? "" : $$""","since":{"epoch":"{{_epoch}}","offset":{{_offset}}}""");

    /// <summary>Connects two devices of a user.</summary>
    /// <param name="channel">The inbox.</param>
    /// <param name="pick">Chooses a node other than the given one, if there is one.</param>
    public static async Task<IReadOnlyList<Device>> JoinAsync(string channel, Func<Node?, Node> pick)
    {
        var (one, two) = (new Device(channel, pick), new Device(channel, pick));
        (one._other, two._other) = (two, one);
        await one.StartAsync();
        await two.StartAsync();
        return [one, two];
    }

    protected override Node Pick()
    {
        // Within one connection no version goes back. Another node may still have an older one, which a device does not show.
        _last = null;
        return _node = _pick(_other?._node);
    }

    protected override void OnJoined(JsonElement message)
    {
        if (_epoch is not null && !message.GetProperty("recovered").GetBoolean())
        {
            Losses++;
        }

        (_epoch, _offset) = (message.GetProperty("epoch").GetString()!, message.GetProperty("offset").GetInt64());
    }

    protected override void OnMessage(string type, JsonElement message)
    {
        switch (type)
        {
            case "notification":
                OnNotification(message.GetProperty("epoch").GetString()!, message.GetProperty("offset").GetInt64());
                break;
            case "inbox":
                OnInbox(InboxVersion.Read(message));
                break;
        }
    }

    // What is gone from the inbox is left out, so offsets rise, but not always by one.
    private void OnNotification(string epoch, long offset)
    {
        if (epoch != _epoch || offset <= _offset)
        {
            Complaints.Enqueue($"{Channel}: {epoch}/{offset} follows {_epoch}/{_offset}");
        }

        (_epoch, _offset) = (epoch, offset);
        _received.Enqueue(offset);
    }

    private void OnInbox(InboxVersion version)
    {
        if (_last is { } last && last.Epoch == version.Epoch && !version.MayFollow(last))
        {
            Complaints.Enqueue($"{Channel}: version {version} follows {last}");
        }

        _last = version;
        _told.Enqueue(version);
        if (Shown is not { } shown || shown.Epoch != version.Epoch || version.MayFollow(shown))
        {
            Shown = version;
        }
    }
}
