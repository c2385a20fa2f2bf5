namespace Notify.Server.Tests.Http;

/// <summary>
/// What an attacker writes to a connection, and what must come of it: the status of each answer, whether the connection is kept for the
/// next request or closed, and how many notifications were sent.
/// </summary>
/// <param name="Name">What the attack is.</param>
/// <param name="Expected">For example <c>400 closed</c> or <c>404 200 kept</c>.</param>
/// <param name="Bytes">
/// The bytes, each as the character of its number. <see cref="Channel"/> and <see cref="Smuggled"/> stand for channels of the row's own.
/// </param>
internal sealed record HttpRow(string Name, string Expected, string Bytes)
{
    /// <summary>Where the row sends to.</summary>
    public const string Channel = "CHANNEL-";

    /// <summary>Where a request would send to that hides in the body of another one.</summary>
    public const string Smuggled = "SMUGGLED";

    /// <summary>The body of a send, of 39 bytes.</summary>
    public const string Body = """{"channel":"CHANNEL-","notification":1}""";

    /// <summary>The body of a send in one chunk.</summary>
    public const string Chunks = $"27\r\n{Body}\r\n0\r\n\r\n";

    /// <summary>What a send needs besides its length.</summary>
    public const string Headers = "Host: notify.test\r\nnotification_secret: S1\r\nContent-Type: application/json\r\n";

    /// <summary>What follows the request line of a good send.</summary>
    public const string Rest = $"{Headers}Content-Length: 39\r\n\r\n{Body}";

    /// <summary>A whole request that must never be read as one.</summary>
    public const string Hidden =
        $"POST /send HTTP/1.1\r\n{Headers}Content-Length: 39\r\n\r\n" + """{"channel":"SMUGGLED","notification":2}""";

    /// <summary>How many notifications it sends.</summary>
    public int Sent { get; init; }

    /// <summary>A send whose body is described by <paramref name="framing"/>, whole lines.</summary>
    public static HttpRow Send(string name, string expected, string framing, string body) =>
        new(name, expected, $"POST /send HTTP/1.1\r\n{Headers}{framing}\r\n{body}");

    /// <summary>A send with a good length and another line <paramref name="header"/>.</summary>
    public static HttpRow With(string name, string expected, string header) =>
        Send(name, expected, $"Content-Length: 39\r\n{header}", Body);

    /// <summary>A request line and a good send below it.</summary>
    public static HttpRow Line(string name, string expected, string line) => new(name, expected, $"{line}\r\n{Rest}");

    /// <summary>A send to another target.</summary>
    public static HttpRow To(string target, string expected) => Line($"POST {target}", expected, $"POST {target} HTTP/1.1");

    /// <summary>The same, which sends a notification.</summary>
    public HttpRow Sends() => this with { Sent = 1 };
}
