namespace Notify.Cluster.Tests;

/// <summary>Tests that the checks find the errors that they are made for.</summary>
public sealed class VerdictTests
{
    private static readonly Accepted[] Sent = [new("c", "1"), new("c", "2"), new("c", "3")];

    [Fact]
    public void Everything_once_in_one_order_is_right_also_when_two_senders_are_mixed()
    {
        Accepted[] other = [new("c", "a"), new("d", "b")];

        var verdict = CheckResult.Of(
            [Sent, other],
            [Client("1", "a", "2", "3"), Client("1", "a", "2", "3"), new DeliveryReport("d", ["b"], 0, [])],
            mayLose: false);

        Assert.Empty(verdict.Findings);
    }

    [Fact]
    public void What_is_lost_doubled_reordered_or_invented_is_found()
    {
        Assert.Equal(1, Of(Client("1", "3")).Lost);
        Assert.Equal(1, Of(Client("1", "2", "2", "3")).Doubled);
        Assert.Equal(1, Of(Client("1", "3", "2")).OutOfOrder);
        Assert.Equal(1, Of(Client("1", "2", "3", "4")).Invented);
        Assert.Equal(1, Of(Client("1", "2", "3") with { Complaints = ["4 follows 2"] }).OutOfOrder);
        Assert.Equal(1, Of(Client("1", "2", "3") with { Losses = 1 }).Losses);
    }

    [Fact]
    public void Two_clients_that_were_told_in_different_orders_are_found()
    {
        var verdict = CheckResult.Of([[new("c", "1")], [new("c", "2")]], [Client("1", "2"), Client("2", "1")], mayLose: false);

        Assert.Equal((0, 1), (verdict.OutOfOrder, verdict.DifferentOrders));
        Assert.Single(verdict.Findings);
    }

    [Fact]
    public void Who_heard_of_a_loss_may_miss_something_where_history_may_be_lost_and_nobody_else()
    {
        var heard = Client("3") with { Losses = 1 };

        Assert.Empty(CheckResult.Of([Sent], [heard, Client("1", "2", "3")], mayLose: true).Findings);
        Assert.Equal(2, CheckResult.Of([Sent], [Client("3")], mayLose: true).Lost);
        Assert.Equal(2, CheckResult.Of([Sent], [heard], mayLose: false).Lost);
    }

    private static DeliveryReport Client(params string[] told) => new("c", told, 0, []);

    private static CheckResult Of(DeliveryReport client)
    {
        var verdict = CheckResult.Of([Sent], [client], mayLose: false);
        Assert.Single(verdict.Findings);
        return verdict;
    }
}
