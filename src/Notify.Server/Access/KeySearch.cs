using Notify.Protocol.Tokens;

namespace Notify.Server.Access;

/// <summary>Contains the keys that may have signed a token, or the reason why there are none.</summary>
/// <param name="Keys">The keys, the likeliest first.</param>
/// <param name="Failure">The reason; <see cref="TokenFailure.None"/> when there are keys.</param>
/// <param name="MayRead">Whether the key set may contain another key once it is read again.</param>
internal readonly record struct KeySearch(IReadOnlyList<VerificationKey> Keys, TokenFailure Failure, bool MayRead = false)
{
    /// <summary>The largest number of keys without a <c>kid</c> that are tried for one token.</summary>
    public const int MaxTries = 5;

    /// <summary>Creates a result with keys.</summary>
    public static KeySearch Found(IReadOnlyList<VerificationKey> keys) => new(keys, TokenFailure.None);

    /// <summary>Creates a result without keys.</summary>
    public static KeySearch None(TokenFailure failure) => new([], failure);
}
