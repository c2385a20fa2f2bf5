namespace Notify.Protocol.Tokens;

/// <summary>Defines the codes with which clients are told that a token is refused. The exact reason is only logged.</summary>
public static class TokenCodes
{
    /// <summary>The token is not valid, and another attempt with it fails as well.</summary>
    public const string BadToken = "bad_token";

    /// <summary>The token has expired.</summary>
    public const string Expired = "token_expired";

    /// <summary>The token was revoked.</summary>
    public const string Revoked = "token_revoked";

    /// <summary>The user is blocked.</summary>
    public const string Blocked = "blocked";

    /// <summary>The token belongs to another user than the connection.</summary>
    public const string OtherUser = "other_user";

    /// <summary>The token cannot be checked now.</summary>
    public const string Unavailable = "unavailable";

    /// <summary>Returns the code of a failure.</summary>
    public static string Of(TokenFailure failure) => failure switch
    {
        TokenFailure.Expired => Expired,
        TokenFailure.Revoked => Revoked,
        TokenFailure.Blocked => Blocked,
        TokenFailure.NoKeys => Unavailable,
        _ => BadToken,
    };

    /// <summary>Returns the exact reason, as metrics and the log name it. It is not for clients.</summary>
    public static string Reason(TokenFailure failure) => failure switch
    {
        TokenFailure.None => "none",
        TokenFailure.Malformed => "malformed",
        TokenFailure.BadAlgorithm => "bad_alg",
        TokenFailure.WrongType => "wrong_type",
        TokenFailure.UnknownKey => "unknown_key",
        TokenFailure.NoKeys => "no_keys",
        TokenFailure.BadSignature => "bad_signature",
        TokenFailure.Expired => "expired",
        TokenFailure.NotYetValid => "not_yet_valid",
        TokenFailure.TooLong => "too_long",
        TokenFailure.WrongAudience => "wrong_audience",
        TokenFailure.WrongIssuer => "wrong_issuer",
        TokenFailure.WrongConnection => "wrong_connection",
        TokenFailure.Revoked => "revoked",
        _ => "blocked",
    };

    /// <summary>Returns the sentence for a person that belongs to a code.</summary>
    public static string Sentence(string code) => code switch
    {
        BadToken => "the token is not valid; the server's log says why",
        Expired => "the token has expired; get a new one",
        Revoked => "the token was revoked; sign in again",
        Blocked => "this user is blocked for a while",
        OtherUser => "the token belongs to another user than this connection",
        _ => "the token cannot be checked now; try again in a moment",
    };
}
