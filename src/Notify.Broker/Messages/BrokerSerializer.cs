using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Serialization;

namespace Notify.Broker.Messages;

/// <summary>
/// Serializes every message between nodes: a version byte, then the fields in order (listed in the project's README.md). Payloads are
/// copied unchanged. An unknown manifest or version is an error that drops only that message, so that nodes of versions N and N + 1 can
/// form a cluster.
/// </summary>
/// <param name="system">The actor system.</param>
/// <param name="unknown">Counts and logs unknown messages; null when nobody collects them.</param>
public sealed class BrokerSerializer(ExtendedActorSystem system, UnknownMessages? unknown) : SerializerWithStringManifest(system)
{
    private const byte Version = 1;

    /// <summary>
    /// Creates a serializer without metrics and log. Akka.NET calls this when the serializer is named in its configuration.
    /// </summary>
    public BrokerSerializer(ExtendedActorSystem system)
        : this(system, unknown: null)
    {
    }

    /// <inheritdoc />
    public override int Identifier => 7301;

    /// <inheritdoc />
    public override string Manifest(object o) => LayoutOf(o).Manifest;

    /// <inheritdoc />
    public override byte[] ToBinary(object obj)
    {
        using var stream = new MemoryStream();
        using var writer = new MessageWriter(stream);
        writer.Write(Version);
        LayoutOf(obj).Write(writer, obj);
        writer.Flush();
        return stream.ToArray();
    }

    /// <inheritdoc />
    /// <exception cref="SerializationException">The message is unknown, or its bytes do not match its layout.</exception>
    public override object FromBinary(byte[] bytes, string manifest)
    {
        if (!MessageLayouts.ByManifest.TryGetValue(manifest, out var layout))
        {
            unknown?.Add(manifest);
            throw new SerializationException($"This node does not know the message {manifest}.");
        }

        try
        {
            var reader = new MessageReader(bytes);
            var version = reader.ReadByte();
            return version == Version
                ? layout.Read(reader)
                : throw new SerializationException($"Message {manifest} has version {version}; this node reads version {Version}.");
        }
        catch (Exception exception) when (exception is IOException or FormatException or ArgumentException or OverflowException)
        {
            throw new SerializationException($"Message {manifest} cannot be read: {exception.Message}", exception);
        }
    }

    private static MessageLayout LayoutOf(object message) =>
        MessageLayouts.ByType.TryGetValue(message.GetType(), out var layout)
            ? layout
            : throw new SerializationException($"{message.GetType()} has no layout in {nameof(MessageLayouts)}.");
}
