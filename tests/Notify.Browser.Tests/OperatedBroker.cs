using System.Security.Cryptography;
using System.Text;

namespace Notify.Browser.Tests;

/// <summary>Runs a server for the console of operators: with a secret that may do all, one that reads, and one that sends.</summary>
public sealed class OperatedBroker : IAsyncLifetime
{
    /// <summary>The secret that may do all.</summary>
    public const string Secret = "operator-secret";

    private readonly string _folder = Directory.CreateTempSubdirectory("notify-operate").FullName;
    private readonly LastingPort _port = LastingPort.Reserve();
    private BrokerProcess _broker = null!;

    public string Url => _broker.Url;

    public async Task InitializeAsync()
    {
        var secrets = Path.Combine(_folder, "secrets.json");
        await File.WriteAllTextAsync(secrets, $$"""{"secrets":[{{Entry("report", "read")}},{{Entry("shop", "send")}}]}""");
        _broker = await BrokerProcess.StartAsync(_port.Number, new Dictionary<string, string>
        {
            ["NOTIFY_SECRETS"] = secrets,
            ["NOTIFICATION_SECRET"] = Secret,
            ["NOTIFICATION_KEY"] = "operator-key",
        });
    }

    public async Task DisposeAsync()
    {
        await _broker.DisposeAsync();
        _port.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    public async Task SendAsync(string channel, string json)
    {
        using var client = new HttpClient();
        client.DefaultRequestHeaders.Add("notification-secret", Secret);
        using var body = new StringContent($$"""{"channel":"{{channel}}","notification":{{json}}}""", Encoding.UTF8, "application/json");
        using var answer = await client.PostAsync(new Uri(Url + "/send"), body);
        answer.EnsureSuccessStatusCode();
    }

    private static string Entry(string name, string scope)
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name + "-secret")));
        return $$"""{"name":"{{name}}","sha256":["{{hash}}"],"scopes":["{{scope}}"]}""";
    }
}
