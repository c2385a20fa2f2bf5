using System.Text;

namespace Notify.Benchmarks.Load;

/// <summary>How a connection speaks, over a WebSocket.</summary>
internal interface IDialect
{
    /// <summary>What a report calls it.</summary>
    string Name { get; }

    /// <summary>Where to connect.</summary>
    Uri Address(Uri server, string key);

    /// <summary>The address of a WebSocket of the server.</summary>
    static Uri WebSocket(Uri server, string path, string query) => new UriBuilder(server)
    {
        Scheme = server.Scheme == Uri.UriSchemeHttps ? Uri.UriSchemeWss : Uri.UriSchemeWs,
        Path = path,
        Query = query,
    }.Uri;

    /// <summary>What a message of the server that is no delivery asks for.</summary>
    /// <param name="message">The message.</param>
    /// <param name="channel">The channel to join.</param>
    Step Hear(ReadOnlySpan<byte> message, string channel);

    /// <summary>What is to be done next.</summary>
    /// <param name="Answer">What to say; null: nothing.</param>
    /// <param name="IsJoined">Whether the channel is joined now.</param>
    /// <param name="Refusal">Why nothing will come of it; null: it goes on.</param>
    readonly record struct Step(byte[]? Answer = null, bool IsJoined = false, string? Refusal = null)
    {
        /// <summary>Says something.</summary>
        public static Step Say(string text) => new(Encoding.UTF8.GetBytes(text));
    }
}
