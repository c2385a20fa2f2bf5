using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Notify.Server.Options;
using Notify.Server.Tests.Access;
using Notify.Server.Tests.Support;

namespace Notify.Server.Tests.Events;

/// <summary>Tests streams whose channels depend on a backend that is asked.</summary>
public sealed class EventAskTests
{
    private const int Channels = 32;

    [Fact]
    public async Task The_backend_is_asked_about_all_channels_at_once_and_the_answers_keep_their_order()
    {
        // Answers no question before the last one has arrived, and refuses each second channel.
        var (asked, all) = (0, new TaskCompletionSource());
        await using var backend = await WebBackend.StartAsync(async context =>
        {
            using var question = await JsonDocument.ParseAsync(context.Request.Body);
            if (Interlocked.Increment(ref asked) == Channels)
            {
                all.SetResult();
            }

            await all.Task.Soon();
            context.Response.StatusCode = IsAllowed(question.RootElement.GetProperty("channel").GetString()!)
                ? StatusCodes.Status200OK
                : StatusCodes.Status403Forbidden;
        });
        Assert.True(AccessRules.TryParse("ask", out var rules));
        var server = new NotifyServer(NotifyServer.Default with
        {
            Access = NotifyServer.Default.Access with { Rules = rules },
            Authorize = new()
            {
                Url = new Uri(backend.Url),
                Secret = AuthorizeHost.Secret,
                Timeout = TestTimeouts.Limit,
                Headers = ["Cookie"],
            },
        });
        await server.InitializeAsync();
        try
        {
            var names = Enumerable.Range(0, Channels).Select(static i => $"c{i}").ToList();
            var (stream, _) = await EventStream.OpenAsync(
                server, "?key=K1" + string.Concat(names.Select(static name => $"&channel={name}")), ("Cookie", "session=1"));
            using var own = stream;

            var refused = new List<string>();
            var joined = new HashSet<string>();
            for (var i = 0; i < Channels; i++)
            {
                var lines = (await stream.ReadAsync())!.Split('\n');
                var data = lines.First(static line => line.StartsWith("data: ", StringComparison.Ordinal))["data: ".Length..];
                using var json = JsonDocument.Parse(data);
                var channel = json.RootElement.GetProperty("channel").GetString()!;
                if (lines.Contains("event: refused"))
                {
                    refused.Add(channel);
                }
                else
                {
                    joined.Add(channel);
                }
            }

            Assert.Equal(names.Where(static name => !IsAllowed(name)), refused);
            Assert.Equal(names.Where(IsAllowed).ToHashSet(), joined);
            Assert.Equal(Channels, asked);
        }
        finally
        {
            await server.DisposeAsync();
        }
    }

    private static bool IsAllowed(string channel) => int.Parse(channel.AsSpan(1), CultureInfo.InvariantCulture) % 2 == 0;
}
