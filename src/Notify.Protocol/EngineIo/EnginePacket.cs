namespace Notify.Protocol.EngineIo;

/// <summary>Represents a received Engine.IO packet.</summary>
/// <param name="Type">The packet type.</param>
/// <param name="Data">The data after the type: UTF-8 text, or binary when <paramref name="IsBinary"/>. It points into the source buffer
/// where possible.</param>
/// <param name="IsBinary">Whether <paramref name="Data"/> is binary. Only messages are.</param>
public readonly record struct EnginePacket(EnginePacketType Type, ReadOnlyMemory<byte> Data, bool IsBinary = false);
