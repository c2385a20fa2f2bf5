using Notify.Broker.Connections;
using Notify.Protocol.Tokens;

namespace Notify.Server.Access;

/// <summary>Defines the sentences for developers beside the codes of access.</summary>
internal static class AccessSentences
{
    /// <summary>The end of a connection that did not show a token in time.</summary>
    public const string TokenRequired = "this server ends connections that do not show a token within ten seconds";

    /// <summary>The end of a connection for a backend that gives no reason.</summary>
    public const string Disconnected = "the backend has ended this connection";

    /// <summary>Returns the sentence for a refused join.</summary>
    /// <param name="error">The code.</param>
    /// <param name="channel">The channel.</param>
    public static string OfJoin(string error, string channel) => error switch
    {
        JoinErrors.Unauthorized => $"channel \"{channel}\" needs a token, and this connection has none",
        JoinErrors.Forbidden => $"the token of this connection does not grant channel \"{channel}\"",
        JoinErrors.Unavailable => $"the backend does not answer whether channel \"{channel}\" is granted; join it again in a moment",
        _ => $"channel \"{channel}\" is not joined",
    };

    /// <summary>Returns the sentence for a refused token.</summary>
    /// <param name="error">The code.</param>
    public static string OfToken(string error) =>
        error == JoinErrors.Limit ? "this user has as many connections as one may" : TokenCodes.Sentence(error);
}
