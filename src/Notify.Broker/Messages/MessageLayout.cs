namespace Notify.Broker.Messages;

/// <summary>Describes how one type of message is written between nodes.</summary>
/// <param name="Type">The type.</param>
/// <param name="Manifest">The name of the layout on the wire. It never changes.</param>
/// <param name="Write">Writes the fields.</param>
/// <param name="Read">Reads the fields, in the order in which they are written.</param>
internal sealed record MessageLayout(Type Type, string Manifest, Action<MessageWriter, object> Write, Func<MessageReader, object> Read)
{
    /// <summary>Creates the layout of a type.</summary>
    public static MessageLayout Of<T>(string manifest, Action<MessageWriter, T> write, Func<MessageReader, T> read)
        where T : notnull =>
        new(typeof(T), manifest, (writer, message) => write(writer, (T)message), reader => read(reader));
}
