using Notify.Protocol.EngineIo;

namespace Notify.Server.EngineIo;

/// <summary>What the query of an Engine.IO request says. A key that is repeated counts with its last value, as in the reference.</summary>
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

    /// <summary>The transport asked for, or empty.</summary>
    public string Transport { get; }

    /// <summary>The session, or empty for a handshake.</summary>
    public string SessionId { get; }

    /// <summary>The revision, or null when it is absent or none of ours.</summary>
    public EngineRevision? Revision { get; }

    /// <summary>Whether the client cannot read binary framing.</summary>
    public bool IsBase64 { get; }

    /// <summary>The index of a JSONP request, or null.</summary>
    public string? Jsonp { get; }

    /// <summary>Whether there is a cache buster, as every stock JavaScript client sends it on polling.</summary>
    public bool HasTimestamp { get; }

    private static string Last(IQueryCollection query, string key) => query.TryGetValue(key, out var values) && values.Count > 0 ? values[^1] ?? "" : "";
}
