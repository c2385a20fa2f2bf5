using System.Buffers.Text;
using System.Text.Json;
using Notify.Server.Tests.Access;
using Notify.Server.Tests.Support;

namespace Notify.Server.Tests.Commands;

/// <summary>Tests the commands that work without a server.</summary>
[Trait("Duration", "Long")]
public sealed class OfflineCommandTests
{
    private static readonly (string, string)[] Settings = [("NOTIFY_TOKEN_SECRET", SignedToken.Secret)];

    [Fact]
    public async Task The_description_of_the_API_is_printed_as_it_is_served()
    {
        var end = await ServerProgram.RunAsync(["openapi"], []);

        Assert.Equal((0, ""), (end.Code, end.Error));
        Assert.Equal(System.Text.Encoding.UTF8.GetString(Notify.Server.OpenApi.OpenApiEndpoint.Read()), end.Output);
    }

    [Fact]
    public async Task A_token_is_signed_and_inspected()
    {
        var signed = await ServerProgram.RunAsync(["token", "--user", "42", "--channels", "news,team:*", "--ttl", "5m"], Settings);
        Assert.Equal((0, ""), (signed.Code, signed.Error));
        var token = signed.Output.TrimEnd('\n');
        using var payload = JsonDocument.Parse(Base64Url.DecodeFromChars(token.Split('.')[1]));
        var claims = payload.RootElement;
        Assert.Equal("42", claims.GetProperty("sub").GetString());
        Assert.Equal(300, claims.GetProperty("exp").GetInt64() - claims.GetProperty("iat").GetInt64());
        Assert.Equal("[\"news\",\"team:*\"]", claims.GetProperty("channels").GetRawText());

        var inspected = await ServerProgram.RunAsync(["token", "inspect", token], Settings);
        Assert.Equal((0, ""), (inspected.Code, inspected.Error));
        Assert.Contains("user          42\n", inspected.Output, StringComparison.Ordinal);
        Assert.Contains("result        accepted", inspected.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_wrong_with_a_token_is_said()
    {
        var expired = SignedToken.Of("""{"sub":"42","exp":1700000000}""");
        var end = await ServerProgram.RunAsync(["token", "inspect", "-"], Settings, input: expired + "\n");
        Assert.Equal((1, ""), (end.Code, end.Error));
        Assert.Contains("expires       2023-11-14T22:13:20Z (", end.Output, StringComparison.Ordinal);
        Assert.Contains("result        refused: expired", end.Output, StringComparison.Ordinal);
        Assert.Contains("clients hear  token_expired", end.Output, StringComparison.Ordinal);

        var forged = SignedToken.Of("""{"sub":"42","exp":1700000000}""", secret: SignedToken.OtherSecret);
        var refused = await ServerProgram.RunAsync(["token", "inspect", forged], Settings);
        Assert.Equal(1, refused.Code);
        Assert.Contains("result        refused: bad_signature", refused.Output, StringComparison.Ordinal);
        var malformed = await ServerProgram.RunAsync(["token", "inspect", "x"], Settings);
        Assert.Contains("result        refused: malformed", malformed.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--user or --channels is required", "token")]
    [InlineData("--ttl 2d: must be 1s to 1d", "token", "--user", "42", "--ttl", "2d")]
    [InlineData("--channels: a*b is neither a name", "token", "--channels", "a*b")]
    [InlineData("--user: must be 1 to 190 bytes", "token", "--user", "")]
    public async Task What_is_no_token_is_not_signed(string reason, params string[] arguments)
    {
        var end = await ServerProgram.RunAsync(arguments, Settings);
        Assert.Equal((2, ""), (end.Code, end.Output));
        Assert.StartsWith(reason, end.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("token", "--user", "42")]
    [InlineData("token", "inspect", "x")]
    public async Task Without_a_key_there_are_no_tokens(params string[] arguments)
    {
        var end = await ServerProgram.RunAsync(arguments);
        Assert.Equal((2, ""), (end.Code, end.Output));
        Assert.Contains("NOTIFY_TOKEN_SECRET", end.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Settings_are_json_for_programs_without_secrets()
    {
        var end = await ServerProgram.RunAsync(["config", "--json"], [("PORT", "8443"), ("NOTIFICATION_SECRET", "hunter2"), .. Settings]);
        Assert.Equal((0, ""), (end.Code, end.Error));
        Assert.DoesNotContain("hunter2", end.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(SignedToken.Secret, end.Output, StringComparison.Ordinal);
        using var json = JsonDocument.Parse(end.Output);
        var settings = json.RootElement.GetProperty("settings").EnumerateArray()
            .ToDictionary(static each => each.GetProperty("name").GetString()!);
        Assert.Equal("8443", settings["PORT"].GetProperty("value").GetString());
        Assert.Equal("environment variable PORT", settings["PORT"].GetProperty("origin").GetString());
        Assert.Equal(JsonValueKind.Null, settings["NOTIFICATION_SECRET"].GetProperty("value").ValueKind);
        Assert.True(settings["NOTIFICATION_SECRET"].GetProperty("isSet").GetBoolean());
        Assert.False(settings["SSL_CERT"].GetProperty("isSet").GetBoolean());
    }

    [Fact]
    public async Task The_address_for_the_commands_does_not_stop_the_server()
    {
        var end = await ServerProgram.RunAsync(["check-config"], [("NOTIFY_URL", "http://localhost:3000")]);
        Assert.Equal((0, ""), (end.Code, end.Error));
    }

    [Theory]
    [InlineData("send")]
    [InlineData("token", "inspect")]
    public async Task Each_command_explains_itself(params string[] command)
    {
        var end = await ServerProgram.RunAsync([.. command, "--help"]);
        Assert.Equal((0, ""), (end.Code, end.Error));
        Assert.Contains("Usage:", end.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("--secret ", end.Output, StringComparison.Ordinal);
    }
}
