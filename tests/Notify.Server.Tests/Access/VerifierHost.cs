using System.Security.Cryptography;
using Microsoft.Extensions.Time.Testing;
using Notify.Broker.Metrics;
using Notify.Protocol.Tokens;
using Notify.Server.Access;
using Notify.Server.Options;
using Notify.Server.Tests.Support;

namespace Notify.Server.Tests.Access;

/// <summary>Runs a verifier on a clock of its own.</summary>
internal sealed class VerifierHost : IDisposable
{
    private readonly BrokerMetrics _metrics = new();
    private readonly TemporaryFolder _folder = new();
    private readonly LogLines<PublicKeyReloader> _publicKeyLog = new();

    public VerifierHost(Func<TokenOptions, TokenOptions>? change = null, KeySet? keySet = null, string? publicKeys = null)
    {
        Counts = new Counts(_metrics);
        var options = new TokenOptions { Secret = SignedToken.Secret };
        options = change?.Invoke(options) ?? options;
        if (publicKeys is not null)
        {
            var path = _folder.Write("token.pub", publicKeys);
            PublicKeys = new PublicKeyReloader(path, PublicKeyFile.Read(path), Time, _publicKeyLog);
        }

        Verifier = new TokenVerifier(
            options, new KeyRing(options, PublicKeys, keySet), _metrics, Time, claims => Revocation?.Invoke(claims) ?? TokenFailure.None);
    }

    public FakeTimeProvider Time { get; } = new(DateTimeOffset.FromUnixTimeSeconds(1_800_000_000));

    public TokenVerifier Verifier { get; }

    public PublicKeyReloader? PublicKeys { get; }

    public Counts Counts { get; }

    public Func<TokenClaims, TokenFailure>? Revocation { get; set; }

    public long Now => Time.GetUtcNow().ToUnixTimeSeconds();

    public static string PemOf(params AsymmetricAlgorithm[] keys) =>
        string.Join('\n', keys.Select(key => key.ExportSubjectPublicKeyInfoPem()));

    /// <summary>Returns a payload that ends in 15 minutes, with further claims.</summary>
    public string Payload(string claims = "\"sub\":\"42\"") => FormattableString.Invariant($"{{\"exp\":{Now + 900},{claims}}}");

    /// <summary>Verifies a token, which must not take a turn of a thread.</summary>
    public TokenResult Verify(string token)
    {
        var task = Verifier.VerifyAsync(token).AsTask();
        Assert.True(task.IsCompletedSuccessfully);
        return task.GetAwaiter().GetResult();
    }

    public TokenFailure FailureOf(string token) => Verify(token).Failure;

    public void WritePublicKeys(string text)
    {
        _folder.Write("token.pub", text);
        PublicKeys!.Check(isAsked: false);
    }

    public void Dispose()
    {
        PublicKeys?.Dispose();
        Counts.Dispose();
        _metrics.Dispose();
        _folder.Dispose();
    }
}
