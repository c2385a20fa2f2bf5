namespace Notify.Protocol.Send;

/// <summary>Represents a publish request with both parameters present.</summary>
/// <param name="Channels">The channel names in the order of the request, including duplicates; may be empty.</param>
/// <param name="Notification">The notification as valid UTF-8 JSON text. For a JSON body it is a slice of the body, and valid only as long
/// as it.</param>
public sealed record SendRequest(IReadOnlyList<string> Channels, ReadOnlyMemory<byte> Notification);
