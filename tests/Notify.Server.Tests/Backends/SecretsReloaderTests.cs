using Notify.Server.Backends;
using Notify.Server.Tests.Support;

namespace Notify.Server.Tests.Backends;

/// <summary>Tests which changed files are used, and the lines about the others.</summary>
public sealed class SecretsReloaderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly LogLines<SecretsReloader> _log = new();
    private readonly CurrentSecrets _current;
    private readonly SecretsReloader _reloader;

    public SecretsReloaderTests()
    {
        var path = _folder.Write("secrets.json", SecretsJson.Of(SecretsJson.Entry("first", "\"send\"")));
        var file = new SecretsFile(path, SecretsJson.Options(path), TimeProvider.System);
        var text = file.Open();
        _current = new CurrentSecrets(file.Parse(text).Secrets!);
        _reloader = new SecretsReloader(file, text, _current, TimeProvider.System, _log);
    }

    public void Dispose()
    {
        _reloader.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void A_new_file_is_taken_once()
    {
        Write(SecretsJson.Of(SecretsJson.Entry("second", "\"send\"")));

        _reloader.Check(isAsked: false);
        _reloader.Check(isAsked: false);

        Assert.Null(_current.Value.Find("first-secret"u8));
        Assert.Equal("second", _current.Value.Find("second-secret"u8)?.Name);
        Assert.Equal(
            [$"Information: New secrets from {_folder.At("secrets.json")}: default, second. New: second; gone: first; changed: none."],
            _log.Take());
    }

    [Theory]
    [InlineData("")]
    [InlineData("""{"secrets":[{"name":"second","sha256":["abc""")]
    [InlineData("""{"secrets":[{"name":"second"}]}""")]
    [InlineData(null)]
    public void A_half_written_file_changes_nothing_and_is_one_error_line(string? text)
    {
        if (text is null)
        {
            File.Delete(_folder.At("secrets.json"));
        }
        else
        {
            Write(text);
        }

        _reloader.Check(isAsked: false);
        Assert.Empty(_log.Take());
        _reloader.Check(isAsked: false);
        _reloader.Check(isAsked: false);

        Assert.Equal("first", _current.Value.Find("first-secret"u8)?.Name);
        Assert.StartsWith(
            $"Error: The new secrets are not taken: NOTIFY_SECRETS={_folder.At("secrets.json")}: ",
            Assert.Single(_log.Take()),
            StringComparison.Ordinal);

        Write(SecretsJson.Of(SecretsJson.Entry("second", "\"send\"")));
        _reloader.Check(isAsked: false);
        Assert.Equal("second", _current.Value.Find("second-secret"u8)?.Name);
    }

    [Fact]
    public void Who_asks_is_answered_at_once()
    {
        _reloader.Check(isAsked: true);
        Assert.Equal([$"Information: {_folder.At("secrets.json")} holds the secrets that are in use."], _log.Take());

        Write("no json");
        _reloader.Check(isAsked: true);

        Assert.StartsWith("Error: ", Assert.Single(_log.Take()), StringComparison.Ordinal);
    }

    private void Write(string text) => _folder.Write("secrets.json", text);
}
