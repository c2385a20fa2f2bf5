using Xunit.Abstractions;

namespace Notify.Broker.Tests.Simulation;

[Trait("Duration", "Long")]
public sealed class SimulationTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(1_000_000_000, false)]
    [InlineData(500, false)]
    [InlineData(1_000_000_000, true)]
    [InlineData(500, true)]
    public void Every_client_sees_one_order_without_holes_or_doubles_whatever_the_network_does(long historyTtl, bool isDurable)
    {
        var (delivered, gaps, resets, answered, recoveries) = (0, 0, 0, 0, 0);
        for (var seed = 1; seed <= 300; seed++)
        {
            var world = new SimulatedCluster(seed, historyTtl, isDurable);
            try
            {
                world.Run(steps: 3_000);
            }
            catch (Exception exception)
            {
                throw new InvalidOperationException($"Seed {seed}, history of {historyTtl} ms, durable: {isDurable}.", exception);
            }

            delivered += world.Delivered;
            gaps += world.Gaps;
            resets += world.Resets;
            answered += world.Answered;
            recoveries += world.Recoveries;
        }

        output.WriteLine(
            $"300 seeds: {answered} sends answered, {delivered} deliveries, {gaps} gaps mended, {recoveries} recoveries, {resets} "
                + "resets said.");

        // A simulation without faults would prove nothing.
        Assert.True(delivered > 100_000, $"{delivered} deliveries");
        Assert.True(gaps > 1_000, $"{gaps} gaps");
        Assert.True(recoveries > 1_000, $"{recoveries} recoveries");
        Assert.True(resets > 100, $"{resets} resets");
    }
}
