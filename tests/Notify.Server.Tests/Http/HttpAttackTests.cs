using System.Globalization;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Notify.Server.Tests.Api;
using Notify.Server.Tests.Support;

namespace Notify.Server.Tests.Http;

/// <summary>
/// Tests HTTP/1.1 against attacks. A valid request follows each row in the same write. It is answered where the connection is kept, and not
/// read where the connection is closed.
/// </summary>
public sealed class HttpAttackTests(HttpAttackTests.Fixture fixture) : IClassFixture<HttpAttackTests.Fixture>
{
    private const string Last = "GET /the-last HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";

    private static readonly Dictionary<string, HttpRow> Rows = FramingRows.All.Concat(HeadRows.All).ToDictionary(row => row.Name);

    private static int _channels;

    public static TheoryData<string> Names => [.. Rows.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task An_attack_is_answered_and_hides_no_request(string name)
    {
        var row = Rows[name];
        var number = Interlocked.Increment(ref _channels).ToString("d5", CultureInfo.InvariantCulture);
        var (channel, smuggled) = ("row" + number, "smg" + number);
        var bytes = row.Bytes
            .Replace(HttpRow.Channel, channel, StringComparison.Ordinal)
            .Replace(HttpRow.Smuggled, smuggled, StringComparison.Ordinal);

        using var connection = await RawHttp.ConnectAsync(fixture.Server);
        var reading = RawHttp.ReadAllAsync(connection.GetStream());
        try
        {
            await connection.GetStream().WriteAsync(Encoding.Latin1.GetBytes(bytes + Last)).AsTask().Soon();
        }
        catch (IOException)
        {
            // The server refused it before all of it was written.
        }

        var answers = HttpAnswers.Parse(await reading.Soon(), bytes.StartsWith("HEAD", StringComparison.Ordinal));

        var isKept = answers.Count > 0 && answers[^1] == (404, "Cannot GET /the-last\n");
        var statuses = answers.Take(isKept ? answers.Count - 1 : answers.Count).Select(answer => answer.Status + " ");
        var faults = fixture.Log.Take();
        Assert.True(faults.Length == 0, faults);
        Assert.Equal(row.Expected, string.Concat(statuses) + (isKept ? "kept" : "closed"));
        Assert.Equal((row.Sent, 0), (await CountAsync(channel), await CountAsync(smuggled)));
    }

    private async Task<int> CountAsync(string channel)
    {
        var history = await ApiClient.GetAsync(fixture.Server, $"/api/history?channel={channel}&since=earliest");
        return history.GetProperty("notifications").GetArrayLength();
    }

    public sealed class Fixture : IAsyncLifetime
    {
        internal FaultLog Log { get; } = new();

        internal NotifyServer Server { get; private set; } = null!;

        public Task InitializeAsync()
        {
            Server = new NotifyServer(NotifyServer.Default, services: services => services.AddSingleton<ILoggerProvider>(Log));
            return Server.InitializeAsync();
        }

        public Task DisposeAsync() => Server.DisposeAsync();
    }
}
