using System.Text;
using Notify.Server.Backends;
using Notify.Server.Options;
using Notify.Server.Tests.Options;
using Notify.Server.Tests.Support;

namespace Notify.Server.Tests.Backends;

/// <summary>Tests which files of secrets can be used, and what is said about the others.</summary>
public sealed class SecretsFileTests
{
    private static readonly string Hash = SecretsJson.Hash("shop-secret");

    [Fact]
    public void An_entry_has_what_the_file_says()
    {
        var secrets = Parse(SecretsJson.Of(
            SecretsJson.Entry("shop", "\"send\"", ""","channels":["order:*","news"],"rate":200"""),
            SecretsJson.Entry("ops", "\"read\",\"admin\""))).Secrets!;

        var shop = secrets.Find("shop-secret"u8)!;
        Assert.Equal(("shop", BackendScope.Send, 200), (shop.Name, shop.Scopes, shop.Rate.PerSecond));
        Assert.True(shop.Channels.Contains("order:7"));
        Assert.True(shop.Channels.Contains("news"));
        Assert.False(shop.Channels.Contains("news2"));
        var ops = secrets.Find("ops-secret"u8)!;
        Assert.Equal(BackendScope.Read | BackendScope.Admin, ops.Scopes);
        Assert.True(ops.Channels.IsAll);
        Assert.Null(secrets.Find("Shop-secret"u8));
        Assert.Null(secrets.Find(""u8));
        Assert.Equal(["default", "ops", "shop"], secrets.Names);
    }

    [Fact]
    public void Each_of_four_hashes_opens_the_same_backend()
    {
        var hashes = string.Join("\",\"", Enumerable.Range(0, 4).Select(i => SecretsJson.Hash("s" + i).ToUpperInvariant()));

        var secrets = Parse($$"""{"secrets":[{"name":"shop","sha256":["{{hashes}}"],"scopes":["send"]}]}""").Secrets!;

        Assert.All(Enumerable.Range(0, 4), i => Assert.Equal("shop", secrets.Find(Encoding.UTF8.GetBytes("s" + i))?.Name));
    }

    [Fact]
    public void A_byte_order_mark_does_no_harm() =>
        Assert.NotNull(Parse("\uFEFF" + SecretsJson.Of(SecretsJson.Entry("shop", "\"send\""))).Secrets);

    [Theory]
    [InlineData("", "not written to its end")]
    [InlineData("""{"secrets":[{"name":"shop",""", "not written to its end")]
    [InlineData("[]", "must be an object with the member secrets")]
    [InlineData("""{"secrets":{}}""", "must be an object with the member secrets")]
    [InlineData("""{"secrets":[],"secret":[]}""", "\"secret\" is not known")]
    [InlineData("""{"secrets":[],"secrets":[]}""", "a name twice")]
    [InlineData("""{"secrets":[{"name":"\ud800"}]}""", "half a character")]
    [InlineData("""{"secrets":["shop"]}""", "secrets[0]: must be an object")]
    public void A_file_that_is_wrong_is_explained(string text, string error) =>
        Assert.Contains(Parse(text).Errors, line =>
            line.StartsWith("NOTIFY_SECRETS=secrets.json: ", StringComparison.Ordinal) && line.Contains(error, StringComparison.Ordinal));

    [Theory]
    [InlineData("name", "\"Shop\"", "name must be 1 to 32 characters")]
    [InlineData("name", "\"default\"", "which is the name of NOTIFICATION_SECRET")]
    [InlineData("name", "\"\"", "name must be 1 to 32 characters")]
    [InlineData("name", "7", "name must be 1 to 32 characters")]
    [InlineData("sha256", "[]", "sha256 must be a list of 1 to 4")]
    [InlineData("sha256", "\"HASH\"", "sha256 must be a list of 1 to 4")]
    [InlineData("sha256", "[\"abc\"]", "sha256 must be a list of 1 to 4")]
    [InlineData("sha256", "[\"HASH\",\"HASH\"]", "sha256 must be a list of 1 to 4")]
    [InlineData("sha256", "[\"gASH\"]", "sha256 must be a list of 1 to 4")]
    [InlineData("scopes", "[]", "scopes must be a list with at least one of send, read, admin, metrics, tokens")]
    [InlineData("scopes", "[\"write\"]", "\"write\" is no scope; the scopes are send, read, admin, metrics, tokens")]
    [InlineData("scopes", "\"send\"", "scopes must be a list")]
    [InlineData("channels", "[]", "channels must be a list of 1 to 100 patterns")]
    [InlineData("channels", "{\"0\":\"a\"}", "channels must be a list of 1 to 100 patterns")]
    [InlineData("channels", "[\"a*b\"]", "\"a*b\" is no pattern")]
    [InlineData("channels", "[\"\"]", "\"\" is no pattern")]
    [InlineData("rate", "-1", "rate must be a number from 0")]
    [InlineData("rate", "1.5", "rate must be a number from 0")]
    [InlineData("rate", "\"9\"", "rate must be a number from 0")]
    [InlineData("scope", "1", "\"scope\" is not known; the members are name, sha256, scopes, channels, rate")]
    public void A_member_that_is_wrong_is_explained(string member, string value, string error)
    {
        var members = new Dictionary<string, string> { ["name"] = "\"shop\"", ["sha256"] = $"[\"{Hash}\"]", ["scopes"] = "[\"send\"]" };
        members[member] = value.Replace("HASH", Hash, StringComparison.Ordinal).Replace("gASH", "g" + Hash[1..], StringComparison.Ordinal);

        var entry = "{" + string.Join(',', members.Select(pair => $"\"{pair.Key}\":{pair.Value}")) + "}";

        Assert.Contains(error, Assert.Single(Parse(SecretsJson.Of(entry)).Errors), StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_and_a_hash_may_stand_once()
    {
        var errors = Parse(SecretsJson.Of(
            SecretsJson.Entry("shop", "\"send\""),
            SecretsJson.Entry("shop", "\"send\""),
            $$"""{"name":"other","sha256":["{{Hash}}"],"scopes":["read"]}""")).Errors;

        Assert.Contains(errors, error => error.Contains("secrets[1] (shop): the name shop is given twice", StringComparison.Ordinal));
        Assert.Contains(
            errors,
            error => error.Contains("secrets[2] (other): sha256 holds a hash that is already given to shop", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("", "of an empty secret")]
    [InlineData("NOTIFICATION_SECRET", "of the default secret, which everybody knows")]
    [InlineData("S1", "of NOTIFICATION_SECRET;")]
    [InlineData("S0", "of NOTIFICATION_SECRET_PREVIOUS;")]
    [InlineData("T1", "of NOTIFY_TOKEN_SECRET;")]
    public void The_hash_of_another_secret_is_refused(string secret, string whose)
    {
        var options = new NotifyOptions
        {
            Access = new() { Secret = "S1", PreviousSecret = "S0", SecretsPath = "secrets.json" },
            Token = new() { Secret = "T1" },
        };
        var text = SecretsJson.Of($$"""{"name":"shop","sha256":["{{SecretsJson.Hash(secret)}}"],"scopes":["send"]}""");

        var error = Assert.Single(Parse(text, options).Errors);

        Assert.Contains(whose, error, StringComparison.Ordinal);
    }

    [Fact]
    public void Many_errors_are_cut()
    {
        var errors = Parse($$"""{"secrets":[{{string.Join(',', Enumerable.Repeat("1", 50))}}]}""").Errors;

        Assert.Equal(11, errors.Count);
        Assert.Equal("NOTIFY_SECRETS=secrets.json: 40 more errors", errors[^1]);
    }

    [Fact]
    public void A_file_that_is_too_large_is_refused()
    {
        using var file = new TemporaryFile(new string(' ', SecretsFile.MaxBytes + 1));

        Assert.Contains("at most 1048576 bytes", Load.Error(("NOTIFY_SECRETS", file.Path)), StringComparison.Ordinal);
    }

    [Fact]
    public void The_start_is_refused_with_the_path_and_a_fix()
    {
        using var folder = new TemporaryFolder();

        var error = Load.Error(("NOTIFY_SECRETS", folder.At("none.json")));

        Assert.Equal(
            $"NOTIFY_SECRETS={folder.At("none.json")}: must be the path of a JSON file that exists and may be read "
                + "(there is no such file); for example NOTIFY_SECRETS=/etc/notify/secrets.json",
            error);
    }

    [Fact]
    public void Without_a_secret_of_ones_own_the_default_one_opens_nothing()
    {
        var options = new NotifyOptions { Access = new() { SecretsPath = "secrets.json", IsInsecure = true } };

        var secrets = Parse(SecretsJson.Of(SecretsJson.Entry("shop", "\"send\"")), options).Secrets!;

        Assert.Null(secrets.Find("NOTIFICATION_SECRET"u8));
        Assert.Equal(["shop"], secrets.Names);
    }

    private static SecretsReading Parse(string text, NotifyOptions? options = null) =>
        new SecretsFile("secrets.json", options ?? SecretsJson.Options("secrets.json"), TimeProvider.System)
            .Parse(new SecretsText(Encoding.UTF8.GetBytes(text), null));
}
