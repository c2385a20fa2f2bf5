using System.Text;

namespace Notify.Server.Tests.WebSockets;

/// <summary>Represents a client's writes and the expected frames.</summary>
/// <param name="Name">The case.</param>
/// <param name="Writes">The bytes of each write.</param>
/// <param name="Answers">The frames before the end.</param>
internal sealed record WireRow(string Name, IReadOnlyList<byte[]> Writes, IReadOnlyList<string> Answers)
{
    private const string ProtocolError = "close 1002";
    private const string NotUtf8 = "close 1007";

    /// <summary>Gets whether the client closes after its writes, and receives the same status.</summary>
    public bool IsClosedByClient { get; init; } = true;

    /// <summary>Creates a row with valid frames and their responses.</summary>
    public static WireRow Good(string name, byte[] frames, params string[] answers) => new(name, [frames], answers);

    /// <summary>Creates a row with frames after which nothing can be read: 1002.</summary>
    public static WireRow Bad(string name, params byte[][] frames) => Ended(name, ProtocolError, frames);

    /// <summary>Creates a row with invalid text: 1007.</summary>
    public static WireRow Garbled(string name, params byte[][] frames) => Ended(name, NotUtf8, frames);

    /// <summary>Creates a row with frames after which the server closes.</summary>
    public static WireRow Ended(string name, string close, params byte[][] frames) =>
        new(name, [Join(frames)], [close]) { IsClosedByClient = false };

    /// <summary>Returns the same row in writes of the given size.</summary>
    public WireRow Chopped(int size) => this with { Name = $"{Name}, in writes of {size}", Writes = [.. Join(Writes).Chunk(size)] };

    /// <summary>Returns the same row after a message that is echoed.</summary>
    public WireRow AfterMessage() => this with
    {
        Name = Name + ", after a message",
        Writes = [WireFrame.Message("4first"), .. Writes],
        Answers = ["text 4first", .. Answers],
    };

    public static byte[] Join(IEnumerable<byte[]> parts) => [.. parts.SelectMany(part => part)];

    public static string Echo(string text) => WireSocket.Describe(WireFrame.Text, Encoding.UTF8.GetBytes(text));
}
