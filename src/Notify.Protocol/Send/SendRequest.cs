namespace Notify.Protocol.Send;

/// <summary>What a send asks for, both parameters present.</summary>
/// <param name="Channels">The names to send to, in order, repeated where the sender repeated them; may be empty.</param>
/// <param name="Notification">The notification as valid UTF-8 JSON text; for a JSON body a slice of it, so it lives as long as the body.</param>
public sealed record SendRequest(IReadOnlyList<string> Channels, ReadOnlyMemory<byte> Notification);
