using System.Globalization;
using Xunit.Abstractions;

namespace Notify.Broker.Tests.Simulation;

[Trait("Duration", "Long")]
public sealed class SimulationTests(ITestOutputHelper output)
{
    // Each of them is another sequence of faults. Set NOTIFY_SIMULATION_SEEDS to try more.
    private static readonly int Seeds = int.Parse(
        Environment.GetEnvironmentVariable("NOTIFY_SIMULATION_SEEDS") ?? "50", CultureInfo.InvariantCulture);

    [Theory]
    [InlineData(1_000_000_000, false)]
    [InlineData(500, false)]
    [InlineData(1_000_000_000, true)]
    [InlineData(500, true)]
    public void Every_client_sees_one_order_without_holes_or_doubles_whatever_the_network_does(long historyTtl, bool isDurable)
    {
        var (delivered, gaps, resets, answered, recoveries) = (0, 0, 0, 0, 0);
        var (told, repairs, marks, repeated) = (0, 0, 0, 0);
        for (var seed = 1; seed <= Seeds; seed++)
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
            told += world.Told;
            repairs += world.Repairs;
            marks += world.Users.Answered;
            repeated += world.Users.Repeated;
        }

        output.WriteLine(
            $"{Seeds} seeds: {answered} sends answered, {delivered} deliveries, {gaps} gaps mended, {recoveries} recoveries, {resets} "
                + $"resets said. Inboxes: {marks} marks answered, {repeated} of them sent again, {told} states told, {repairs} asked for "
                + "again after an announcement.");

        // A simulation without faults would prove nothing.
        Assert.True(delivered > 300 * Seeds, $"{delivered} deliveries");
        Assert.True(gaps > 3 * Seeds, $"{gaps} gaps");
        Assert.True(recoveries > 3 * Seeds, $"{recoveries} recoveries");
        Assert.True(resets > Seeds / 3, $"{resets} resets");
        Assert.True(marks > 30 * Seeds, $"{marks} marks");
        Assert.True(repeated > Seeds, $"{repeated} marks sent again");
        Assert.True(told > 100 * Seeds, $"{told} states");
        Assert.True(repairs > Seeds, $"{repairs} states asked for again");
    }
}
