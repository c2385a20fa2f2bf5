namespace Notify.Protocol.EngineIo;

/// <summary>One Engine.IO packet as received.</summary>
/// <param name="Type">What it is.</param>
/// <param name="Data">What follows the type: UTF-8 text, or bytes when <paramref name="IsBinary"/>. Points into the buffer it was decoded from where it can.</param>
/// <param name="IsBinary">Whether <paramref name="Data"/> is bytes; only messages are.</param>
public readonly record struct EnginePacket(EnginePacketType Type, ReadOnlyMemory<byte> Data, bool IsBinary = false);
