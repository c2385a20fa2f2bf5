using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Notify.Server.Tests.Support;
using Notify.Server.Troubles;

namespace Notify.Server.Tests.Troubles;

/// <summary>Tests that a running server knows its own troubles.</summary>
public sealed class NodeTroublesTests
{
    [Fact]
    public async Task A_server_lists_its_warnings_and_the_limits_that_were_reached()
    {
        var server = new NotifyServer();
        await server.InitializeAsync();
        try
        {
            var troubles = server.Services.GetRequiredService<INodeTroubles>();
            Assert.Empty(troubles.FindCurrent());

            server.Metrics.Limits.Refused("connections");
            server.Metrics.Limits.Refused("connections");
            server.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Notify.Some")
                .Log(LogLevel.Warning, new EventId(1, "Refused"), "Refused.", null, (state, _) => state);

            server.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Notify.Some")
                .Log(LogLevel.Warning, new EventId(2, "StoreFull"), "The store is full.", null, (state, _) => state);

            var report = troubles.Read();
            var warning = Assert.Single(report.Now, static now => now.Part == TroubleParts.Warning);
            Assert.Equal("The store is full.", warning.Message);
            var limit = Assert.Single(report.Now, static now => now.Part == TroubleParts.Limit);
            Assert.Equal((TroubleParts.Limit, TroubleEffects.None), (limit.Part, limit.Effect));
            Assert.Contains("Refusals: 2.", limit.Message, StringComparison.Ordinal);
            Assert.Contains(report.Logged, entry => entry is { Event: "Refused", Level: "warning", Message: "Refused.", Count: 1 });
        }
        finally
        {
            await server.DisposeAsync();
        }
    }
}
