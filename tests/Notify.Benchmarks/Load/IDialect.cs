using System.Text;

namespace Notify.Benchmarks.Load;

/// <summary>Implements the protocol of a connection over a WebSocket.</summary>
internal interface IDialect
{
    /// <summary>Gets the name for reports.</summary>
    string Name { get; }

    /// <summary>Returns the address to connect to.</summary>
    Uri Address(Uri server, string key);

    /// <summary>Returns the address of a WebSocket of the server.</summary>
    static Uri WebSocket(Uri server, string path, string query) => new UriBuilder(server)
    {
        Scheme = server.Scheme == Uri.UriSchemeHttps ? Uri.UriSchemeWss : Uri.UriSchemeWs,
        Path = path,
        Query = query,
    }.Uri;

    /// <summary>Handles a message that is not a delivery.</summary>
    /// <param name="message">The message.</param>
    /// <param name="channel">The channel to join.</param>
    Step Hear(ReadOnlySpan<byte> message, string channel);

    /// <summary>Describes the next step.</summary>
    /// <param name="Answer">The response to send; null for none.</param>
    /// <param name="IsJoined">Whether the channel is joined now.</param>
    /// <param name="Refusal">Why the connection failed; null while it continues.</param>
    readonly record struct Step(byte[]? Answer = null, bool IsJoined = false, string? Refusal = null)
    {
        /// <summary>Creates a step that sends a text.</summary>
        public static Step Say(string text) => new(Encoding.UTF8.GetBytes(text));
    }
}
