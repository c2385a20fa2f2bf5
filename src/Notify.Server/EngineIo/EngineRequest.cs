using Notify.Protocol.EngineIo;

namespace Notify.Server.EngineIo;

/// <summary>
/// Holds the query parameters of an Engine.IO request. The last value of a repeated parameter counts, as in the reference implementation.
/// </summary>
public readonly record struct EngineRequest
{
    /// <summary>Reads the query.</summary>
    public EngineRequest(HttpContext context)
    {
        var query = context.Request.Query;
        Transport = Last(query, "transport");
        SessionId = Last(query, "sid");
        Revision = Last(query, "EIO") switch
        {
            "3" => EngineRevision.V3,
            "4" => EngineRevision.V4,
            _ => null,
        };
        IsBase64 = Last(query, "b64").Length > 0 && Last(query, "b64") != "0";
        Jsonp = query.ContainsKey("j") ? Last(query, "j") : null;
        HasTimestamp = query.ContainsKey("t");
    }

    /// <summary>Gets the requested transport, or an empty string.</summary>
    public string Transport { get; }

    /// <summary>Gets the session id; empty for a handshake.</summary>
    public string SessionId { get; }

    /// <summary>Gets the revision, or null when it is missing or unsupported.</summary>
    public EngineRevision? Revision { get; }

    /// <summary>Gets whether the client cannot read binary framing.</summary>
    public bool IsBase64 { get; }

    /// <summary>Gets the index of a JSONP request, or null.</summary>
    public string? Jsonp { get; }

    /// <summary>Gets whether the request has a cache buster, which every stock JavaScript client sends when polling.</summary>
    public bool HasTimestamp { get; }

    private static string Last(IQueryCollection query, string key) =>
        query.TryGetValue(key, out var values) && values.Count > 0 ? values[^1] ?? "" : "";
}
