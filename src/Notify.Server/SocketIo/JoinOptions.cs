using System.Text.Json;
using Notify.Protocol;

namespace Notify.Server.SocketIo;

/// <summary>
/// The options of a <c>join</c>: <c>{since: {epoch, offset}}</c> or <c>{since: "earliest"}</c>, and for an array of channels an object
/// of these by channel. A channel that it does not name is joined from now on.
/// </summary>
internal static class JoinOptions
{
    /// <summary>Reads from where on a channel is wanted. False when that cannot be read.</summary>
    /// <param name="options">The options, or null when there are none.</param>
    /// <param name="channel">The channel, when it is one of an array; null when it is the only one.</param>
    /// <param name="since">From where on; null for what is sent from now on.</param>
    public static bool TryReadSince(JsonElement? options, string? channel, out Since? since)
    {
        since = null;
        if (options is not { } given || !given.TryGetProperty("since", out var value) || value.ValueKind == JsonValueKind.Null)
        {
            return true;
        }

        if (channel is null || value.ValueKind != JsonValueKind.Object)
        {
            return TryRead(value, out since);
        }

        return !value.TryGetProperty(channel, out var position) || TryRead(position, out since);
    }

    private static bool TryRead(JsonElement value, out Since? since)
    {
        since = null;
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

        return since is not null;
    }
}
