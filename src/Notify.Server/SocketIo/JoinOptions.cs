using System.Text.Json;
using Notify.Broker.Inboxes;
using Notify.Protocol;

namespace Notify.Server.SocketIo;

/// <summary>
/// Holds the options of a <c>join</c>: <c>{since: {epoch, offset}}</c> or <c>{since: "earliest"}</c>, and for an array of channels an
/// object with one of these for each channel. A channel without options starts with live notifications. The options are read once for all
/// channels, because a search for each channel would be quadratic.
/// </summary>
internal sealed class JoinOptions
{
    private static readonly JoinOptions FromNowOn = new(new Position(null, IsReadable: true), byChannel: null);

    private readonly Position _common;
    private readonly Dictionary<string, Position>? _byChannel;

    private JoinOptions(Position common, Dictionary<string, Position>? byChannel)
    {
        _common = common;
        _byChannel = byChannel;
    }

    /// <summary>Reads the options of a join.</summary>
    /// <param name="options">The options, or null when there are none.</param>
    /// <param name="channels">The channels that are joined.</param>
    /// <param name="isArray">Whether the channels are in an array, so that there may be options for each channel.</param>
    public static JoinOptions Read(JsonElement? options, IReadOnlyCollection<string> channels, bool isArray)
    {
        if (options is not { } given || !given.TryGetProperty("since", out var value) || value.ValueKind == JsonValueKind.Null)
        {
            return FromNowOn;
        }

        return isArray && value.ValueKind == JsonValueKind.Object
            ? new JoinOptions(FromNowOn._common, ReadEach(value, channels))
            : new JoinOptions(ReadOne(value), byChannel: null);
    }

    /// <summary>Returns whether the client asks to be told of the marks: <c>{inbox: true}</c>.</summary>
    /// <param name="options">The options, or null when there are none.</param>
    public static bool WantsInbox(JsonElement? options) =>
        options is { } given && given.TryGetProperty("inbox", out var value) && value.ValueKind == JsonValueKind.True;

    /// <summary>Returns the announcement channels that the client follows: <c>{follow: ["announce:all"]}</c>.</summary>
    /// <param name="options">The options, or null when there are none.</param>
    public static IReadOnlyList<string> Follow(JsonElement? options) =>
        options is { } given && given.TryGetProperty("follow", out var list) && list.ValueKind == JsonValueKind.Array
            ?
            [
                .. list.EnumerateArray()
                    .Where(static name => name.ValueKind == JsonValueKind.String)
                    .Select(static name => name.GetString()!)
                    .Take(FollowSet.Max),
            ]
            : [];

    /// <summary>Returns the position from which to join a channel. Returns false when it is invalid.</summary>
    /// <param name="channel">The channel, as the client wrote it.</param>
    /// <param name="since">The position; null for live notifications only.</param>
    public bool TryFind(string channel, out Since? since)
    {
        var position = _byChannel is not null && _byChannel.TryGetValue(channel, out var own) ? own : _common;
        since = position.Since;
        return position.IsReadable;
    }

    private static Dictionary<string, Position> ReadEach(JsonElement value, IReadOnlyCollection<string> channels)
    {
        var wanted = new HashSet<string>(channels, StringComparer.Ordinal);
        var values = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var property in value.EnumerateObject())
        {
            // The last duplicate counts, as in JavaScript.
            if (property.Name is var name && wanted.Contains(name))
            {
                values[name] = property.Value;
            }
        }

        return values.ToDictionary(entry => entry.Key, entry => ReadOne(entry.Value), StringComparer.Ordinal);
    }

    private static Position ReadOne(JsonElement value)
    {
        Since? since = null;
        if (value.ValueKind == JsonValueKind.String)
        {
            since = value.ValueEquals("earliest"u8) ? Since.Earliest.Instance : null;
        }
        else if (value.ValueKind == JsonValueKind.Object
            && value.TryGetProperty("epoch", out var epoch) && epoch.ValueKind == JsonValueKind.String
            && value.TryGetProperty("offset", out var offset) && offset.ValueKind == JsonValueKind.Number
            && offset.TryGetInt64(out var after) && after >= 0)
        {
            since = new Since.After(epoch.GetString()!, after);
        }

        return new Position(since, since is not null);
    }

    private readonly record struct Position(Since? Since, bool IsReadable);
}
