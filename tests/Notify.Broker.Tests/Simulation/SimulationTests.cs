using Xunit.Abstractions;

namespace Notify.Broker.Tests.Simulation;

public sealed class SimulationTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(1_000_000_000)]
    [InlineData(500)]
    public void Every_client_sees_one_order_without_holes_or_doubles_whatever_the_network_does(long historyTtl)
    {
        var (delivered, gaps, resets, answered) = (0, 0, 0, 0);
        for (var seed = 1; seed <= 300; seed++)
        {
            var world = new World(seed, historyTtl);
            try
            {
                world.Run(steps: 3_000);
            }
            catch (Exception exception)
            {
                throw new InvalidOperationException($"Seed {seed}, history of {historyTtl} ms.", exception);
            }

            delivered += world.Delivered;
            gaps += world.Gaps;
            resets += world.Resets;
            answered += world.Answered;
        }

        output.WriteLine($"300 seeds: {answered} sends answered, {delivered} deliveries, {gaps} gaps mended, {resets} resets said.");

        // A simulation in which nothing goes wrong would prove nothing.
        Assert.True(delivered > 100_000, $"{delivered} deliveries");
        Assert.True(gaps > 1_000, $"{gaps} gaps");
        Assert.True(resets > 100, $"{resets} resets");
    }
}
