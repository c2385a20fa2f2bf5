using Notify.Server.Tests.Support;
using Notify.Server.Tls;

namespace Notify.Server.Tests.Tls;

/// <summary>Tests which changed files are used, and the messages about the others.</summary>
public sealed class TlsReloaderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly LogLines<TlsReloader> _log = new();
    private readonly PemPair _first = PemPair.Create("first.test");
    private readonly PemPair _second = PemPair.Create("second.test");
    private readonly TlsReloader _reloader;

    public TlsReloaderTests()
    {
        Write(_first);
        _reloader = Start(_folder.At("tls.crt"), _folder.At("tls.key"));
    }

    public static TheoryData<string> BadFiles => new(
        [
            "half written certificate",
            "half written key",
            "another key",
            "swapped",
            "no certificate file",
            "no key file",
            "expired",
            "empty"
        ]);

    public void Dispose()
    {
        _reloader.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Files_that_are_written_in_place_are_taken()
    {
        Write(_second);
        _reloader.Check(isAsked: false);
        AssertTaken("second");
    }

    [Fact]
    public void Files_that_are_replaced_by_rename_are_taken_whatever_their_times_are()
    {
        var time = File.GetLastWriteTimeUtc(_folder.At("tls.crt"));
        foreach (var (name, text) in new[] { ("tls.crt", _second.Certificate), ("tls.key", _second.Key) })
        {
            _folder.Write("new", text);
            File.SetLastWriteTimeUtc(_folder.At("new"), time);
            File.Move(_folder.At("new"), _folder.At(name), overwrite: true);
        }

        _reloader.Check(isAsked: false);
        AssertTaken("second");
    }

    [Fact]
    public void A_link_that_points_to_another_folder_is_followed()
    {
        // As Kubernetes mounts a secret: the names are links into ..data, which is a link to a dated folder.
        foreach (var (name, pair) in new[] { ("..1", _first), ("..2", _second) })
        {
            Directory.CreateDirectory(_folder.At(name));
            _folder.Write(name + "/tls.crt", pair.Certificate);
            _folder.Write(name + "/tls.key", pair.Key);
        }

        Directory.CreateSymbolicLink(_folder.At("..data"), "..1");
        File.CreateSymbolicLink(_folder.At("secret.crt"), "..data/tls.crt");
        File.CreateSymbolicLink(_folder.At("secret.key"), "..data/tls.key");
        using var reloader = Start(_folder.At("secret.crt"), _folder.At("secret.key"));
        Directory.CreateSymbolicLink(_folder.At("..new"), "..2");
        Directory.Delete(_folder.At("..data"));
        Directory.Move(_folder.At("..new"), _folder.At("..data"));

        reloader.Check(isAsked: false);

        Assert.Equal("CN=second.test", reloader.Current.Subject);
    }

    [Theory]
    [MemberData(nameof(BadFiles))]
    public void Files_that_cannot_be_used_are_told_of_once_and_the_old_certificate_stays(string what)
    {
        Break(what);
        for (var i = 0; i < 4; i++)
        {
            _reloader.Check(isAsked: false);
        }

        var line = Assert.Single(_log.Take());
        Assert.StartsWith("Error: The new certificate is not taken: SSL_", line, StringComparison.Ordinal);
        Assert.EndsWith("The one of CN=first.test stays in use; the files are tried again every 2 s.", line, StringComparison.Ordinal);
        Assert.DoesNotContain(_second.Key.Split('\n')[1], line, StringComparison.Ordinal);
        Assert.Equal("CN=first.test", _reloader.Current.Subject);

        Write(_second);
        _reloader.Check(isAsked: false);
        AssertTaken("second");
    }

    [Fact]
    public void A_key_that_is_written_a_moment_after_its_certificate_is_no_error()
    {
        _folder.Write("tls.crt", _second.Certificate);
        _reloader.Check(isAsked: false);
        Assert.Empty(_log.Take());
        _folder.Write("tls.key", _second.Key);
        _reloader.Check(isAsked: false);
        AssertTaken("second");
    }

    [Fact]
    public void Who_asks_is_told_at_once()
    {
        Break("another key");
        _reloader.Check(isAsked: true);
        Assert.Contains("do not belong together", Assert.Single(_log.Take()), StringComparison.Ordinal);
        Write(_first);
        _reloader.Check(isAsked: true);
        Assert.StartsWith(
            "Information: The files hold the certificate that is in use, of CN=first.test",
            Assert.Single(_log.Take()),
            StringComparison.Ordinal);
    }

    [Fact]
    public void The_former_files_end_an_error()
    {
        Break("another key");
        _reloader.Check(isAsked: true);
        _log.Take();
        Write(_first);
        _reloader.Check(isAsked: false);
        _reloader.Check(isAsked: false);
        Assert.StartsWith(
            "Information: The files hold the certificate that is in use",
            Assert.Single(_log.Take()),
            StringComparison.Ordinal);
    }

    [Fact]
    public void An_expired_certificate_is_replaced_even_by_one_that_has_expired_too()
    {
        Write(PemPair.Create("old.test", days: -2));
        using var reloader = Start(_folder.At("tls.crt"), _folder.At("tls.key"));
        Write(PemPair.Create("new.test", days: -1));
        reloader.Check(isAsked: false);
        Assert.Equal("CN=new.test", reloader.Current.Subject);
        Assert.Collection(
            _log.Take(),
            line => Assert.StartsWith("Information: New certificate of CN=new.test, valid until ", line, StringComparison.Ordinal),
            line => Assert.StartsWith("Warning: The certificate of CN=new.test expired on ", line, StringComparison.Ordinal));
    }

    private TlsReloader Start(string certificatePath, string keyPath)
    {
        var texts = TlsFiles.Open(certificatePath, keyPath);
        return new TlsReloader(texts, TlsFiles.Parse(texts).Certificate!, TimeProvider.System, _log);
    }

    private void Write(PemPair pair)
    {
        _folder.Write("tls.crt", pair.Certificate);
        _folder.Write("tls.key", pair.Key);
    }

    private void Break(string what)
    {
        Write(_second);
        switch (what)
        {
            case "half written certificate":
                _folder.Write("tls.crt", _second.Certificate[..^30]);
                break;
            case "half written key":
                _folder.Write("tls.key", _second.Key[..^30]);
                break;
            case "another key":
                _folder.Write("tls.key", _first.Key);
                break;
            case "swapped":
                _folder.Write("tls.key", _second.Certificate);
                _folder.Write("tls.crt", _second.Key);
                break;
            case "no certificate file":
                File.Delete(_folder.At("tls.crt"));
                break;
            case "no key file":
                File.Delete(_folder.At("tls.key"));
                break;
            case "expired":
                Write(PemPair.Create("late.test", days: -1));
                break;
            default:
                _folder.Write("tls.crt", "");
                break;
        }
    }

    private void AssertTaken(string name)
    {
        Assert.StartsWith(
            $"Information: New certificate of CN={name}.test, valid until ",
            Assert.Single(_log.Take()),
            StringComparison.Ordinal);
        Assert.Equal($"CN={name}.test", _reloader.Current.Subject);
    }
}
