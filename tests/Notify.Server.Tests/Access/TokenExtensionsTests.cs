using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;
using Notify.Protocol.Tokens;
using Notify.Server.Access;
using Notify.Server.Options;
using Notify.Server.Tests.Support;

namespace Notify.Server.Tests.Access;

/// <summary>Tests that the server verifies tokens with the configured keys, and none without them.</summary>
public sealed class TokenExtensionsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    private static long InAMinute => DateTimeOffset.UtcNow.ToUnixTimeSeconds() + 60;

    public void Dispose()
    {
        _key.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Without_a_key_there_is_no_verifier()
    {
        var server = new NotifyServer();
        await server.InitializeAsync();

        Assert.Null(server.Services.GetService<ITokenVerifier>());
        Assert.Null(server.Services.GetService<TokenRefusals>());
        await server.DisposeAsync();
    }

    [Fact]
    public async Task A_server_verifies_with_secret_file_and_key_set()
    {
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var token = new TokenOptions
        {
            Secret = SignedToken.Secret,
            PublicKeyPath = _folder.Write("token.pub", VerifierHost.PemOf(_key)),
            Jwks = _folder.At("keys.json"),
        };
        await File.WriteAllBytesAsync(_folder.At("keys.json"), JsonKeys.Set(JsonKeys.Of(other, "b")));
        var server = new NotifyServer(NotifyServer.Default with { Token = token });
        await server.InitializeAsync();
        var verifier = server.Services.GetRequiredService<ITokenVerifier>();
        var payload = FormattableString.Invariant($"{{\"exp\":{InAMinute}}}");

        Assert.Equal(TokenFailure.None, (await verifier.VerifyAsync(SignedToken.Of(payload))).Failure);
        Assert.Equal(TokenFailure.None, (await verifier.VerifyAsync(SignedToken.Of(payload, _key))).Failure);
        Assert.Equal(
            TokenFailure.None, (await verifier.VerifyAsync(SignedToken.Of(payload, other, "{\"alg\":\"ES256\",\"kid\":\"b\"}"))).Failure);
        Assert.Equal(
            TokenFailure.BadSignature, (await verifier.VerifyAsync(SignedToken.Of(payload, secret: SignedToken.OtherSecret))).Failure);
        Assert.NotNull(server.Services.GetService<TokenRefusals>());
        await server.DisposeAsync();
    }

    [Fact]
    public async Task A_service_finds_revocations()
    {
        Func<TokenClaims, TokenFailure> find = static claims => claims.User == "42" ? TokenFailure.Revoked : TokenFailure.None;
        var server = new NotifyServer(
            NotifyServer.Default with { Token = new TokenOptions { Secret = SignedToken.Secret } },
            services: services => services.AddSingleton(find));
        await server.InitializeAsync();
        var verifier = server.Services.GetRequiredService<ITokenVerifier>();

        var revoked = SignedToken.Of(FormattableString.Invariant($"{{\"exp\":{InAMinute},\"sub\":\"42\"}}"));
        var other = SignedToken.Of(FormattableString.Invariant($"{{\"exp\":{InAMinute},\"sub\":\"43\"}}"));

        Assert.Equal(TokenFailure.Revoked, (await verifier.VerifyAsync(revoked)).Failure);
        Assert.Equal(TokenFailure.None, (await verifier.VerifyAsync(other)).Failure);
        await server.DisposeAsync();
    }
}
