using Notify.Server.Tests.Support;

namespace Notify.Server.Tests.EngineIo;

/// <summary>Represents one request without a session, and its response with the new session's id replaced by <c>SID</c>.</summary>
internal sealed record RequestRow(string Name, string Path, int Status, string Answer)
{
    public string Method { get; init; } = "GET";

    public string? Origin { get; init; }

    public string ContentType { get; init; } = "application/json";

    public IReadOnlyList<string> Headers { get; init; } = [];

    public RawRequest Request => new(Method, Path, Origin is null ? Headers : [.. Headers, "Origin: " + Origin]);
}
