using System.Text;

namespace Notify.Server.Tests.WebSockets;

/// <summary>What a client writes, and what it must see.</summary>
/// <param name="Name">The case.</param>
/// <param name="Writes">The bytes, write by write.</param>
/// <param name="Answers">The frames before the end.</param>
internal sealed record WireRow(string Name, IReadOnlyList<byte[]> Writes, IReadOnlyList<string> Answers)
{
    private const string ProtocolError = "close 1002";
    private const string NotUtf8 = "close 1007";

    /// <summary>Whether the client closes after its writes, and is told the same.</summary>
    public bool IsClosedByClient { get; init; } = true;

    /// <summary>Good frames, and their answers.</summary>
    public static WireRow Good(string name, byte[] frames, params string[] answers) => new(name, [frames], answers);

    /// <summary>Frames after which nothing can be read: 1002.</summary>
    public static WireRow Bad(string name, params byte[][] frames) => Ended(name, ProtocolError, frames);

    /// <summary>Text that is none: 1007.</summary>
    public static WireRow Garbled(string name, params byte[][] frames) => Ended(name, NotUtf8, frames);

    /// <summary>Frames after which the server closes by itself.</summary>
    public static WireRow Ended(string name, string close, params byte[][] frames) =>
        new(name, [Join(frames)], [close]) { IsClosedByClient = false };

    /// <summary>The same in writes of so many bytes each.</summary>
    public WireRow Chopped(int size) => this with { Name = $"{Name}, in writes of {size}", Writes = [.. Join(Writes).Chunk(size)] };

    /// <summary>The same after a message that is echoed.</summary>
    public WireRow AfterMessage() => this with
    {
        Name = Name + ", after a message",
        Writes = [WireFrame.Message("4first"), .. Writes],
        Answers = ["text 4first", .. Answers],
    };

    public static byte[] Join(IEnumerable<byte[]> parts) => [.. parts.SelectMany(part => part)];

    public static string Echo(string text) => WireSocket.Describe(WireFrame.Text, Encoding.UTF8.GetBytes(text));
}
