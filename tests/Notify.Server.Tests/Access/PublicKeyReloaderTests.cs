using System.Security.Cryptography;
using Microsoft.Extensions.Time.Testing;
using Notify.Server.Access;
using Notify.Server.Tests.Support;

namespace Notify.Server.Tests.Access;

public sealed class PublicKeyReloaderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly LogLines<PublicKeyReloader> _log = new();
    private readonly FakeTimeProvider _time = new();
    private readonly ECDsa _first = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly ECDsa _second = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly PublicKeyReloader _reloader;

    public PublicKeyReloaderTests()
    {
        var path = _folder.Write("token.pub", VerifierHost.PemOf(_first));
        _reloader = new PublicKeyReloader(path, PublicKeyFile.Read(path), _time, _log);
    }

    public void Dispose()
    {
        _reloader.Dispose();
        _first.Dispose();
        _second.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void A_changed_file_is_taken_and_an_unchanged_one_keeps_its_keys()
    {
        var keys = _reloader.Current;
        _reloader.Check(isAsked: false);
        Assert.Same(keys, _reloader.Current);
        Assert.Empty(_log.Take());

        _reloader.Check(isAsked: true);
        Assert.Same(keys, _reloader.Current);
        Assert.StartsWith("Information: Tokens are verified with the 1 public keys", Assert.Single(_log.Take()), StringComparison.Ordinal);

        _folder.Write("token.pub", VerifierHost.PemOf(_first, _second));
        _reloader.Check(isAsked: false);
        Assert.Equal(2, _reloader.Current.Count);
        Assert.StartsWith("Information: Tokens are verified with the 2 public keys", Assert.Single(_log.Take()), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_cannot_be_used_changes_nothing_and_is_told_of_once_when_found_twice()
    {
        var keys = _reloader.Current;
        _folder.Write("token.pub", VerifierHost.PemOf(_second)[..^9]);
        _reloader.Check(isAsked: false);
        Assert.Empty(_log.Take());
        _reloader.Check(isAsked: false);
        _reloader.Check(isAsked: false);

        var line = Assert.Single(_log.Take());
        Assert.StartsWith("Error: The new public keys are not taken: NOTIFY_TOKEN_PUBLIC_KEY=", line, StringComparison.Ordinal);
        Assert.EndsWith("The former keys stay in use; the file is read again every 2 s.", line, StringComparison.Ordinal);
        Assert.Same(keys, _reloader.Current);

        File.Delete(_folder.At("token.pub"));
        _reloader.Check(isAsked: true);
        Assert.Contains("there is no such file", Assert.Single(_log.Take()), StringComparison.Ordinal);
        Assert.Same(keys, _reloader.Current);

        _folder.Write("token.pub", VerifierHost.PemOf(_first));
        _reloader.Check(isAsked: false);
        Assert.Contains("Tokens are verified with the 1 public keys", Assert.Single(_log.Take()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_service_reads_the_file_every_two_seconds()
    {
        await _reloader.StartAsync(CancellationToken.None);
        _folder.Write("token.pub", VerifierHost.PemOf(_first, _second));

        await TestTimeouts.UntilAsync(() =>
        {
            _time.Advance(TimeSpan.FromSeconds(2));
            return _reloader.Current.Count == 2;
        });
        await _reloader.StopAsync(CancellationToken.None);
    }
}
