using Notify.Broker.Revocations;

namespace Notify.Storage.Tests;

public abstract partial class StoreTests
{
    private IRevocationStore Revocations => (IRevocationStore)Store;

    [Fact]
    public async Task A_revocation_keeps_the_later_of_its_times()
    {
        var first = await Revocations.SaveAsync(new(RevocationKind.User, "é\U0001F600", 100, 5000), false, 0).Soon();
        var second = await Revocations.SaveAsync(new(RevocationKind.User, "é\U0001F600", 90, 6000), false, 0).Soon();
        await Revocations.SaveAsync(new(RevocationKind.Session, "é\U0001F600", 7, 8), false, 0).Soon();

        Assert.Equal((100L, 5000L), (first.Before, first.Until));
        Assert.Equal((100L, 6000L), (second.Before, second.Until));
        Assert.True(second.Changed > first.Changed);
        await ReopenAsync();
        var all = await Revocations.ReadChangedAsync(0, 10).Soon();
        Assert.Equal([second, all[1]], all);
        Assert.Equal((RevocationKind.Session, 7L, 8L), (all[1].Kind, all[1].Before, all[1].Until));
    }

    [Fact]
    public async Task A_replacement_may_end_earlier()
    {
        await Revocations.SaveAsync(new(RevocationKind.BlockedUser, "42", 0, 5000), false, 0).Soon();

        var ended = await Revocations.SaveAsync(new(RevocationKind.BlockedUser, "42", 0, 100), true, 0).Soon();

        Assert.Equal(100, ended.Until);
        Assert.Equal([ended], await Revocations.ReadChangedAsync(0, 10).Soon());
    }

    [Fact]
    public async Task Changes_are_read_page_by_page_in_their_order()
    {
        var saved = await Task.WhenAll(Enumerable.Range(0, 25)
            .Select(i => Revocations.SaveAsync(new(RevocationKind.TokenId, $"t{i}", i, 1000), false, 0))).Soon();

        var read = new List<Revocation>();
        for (var last = 0L; await Revocations.ReadChangedAsync(last, 10).Soon() is { Count: > 0 } page; last = page[^1].Changed)
        {
            read.AddRange(page);
        }

        Assert.Equal(saved.OrderBy(revocation => revocation.Changed), read);
        Assert.Equal(25, read.Select(revocation => revocation.Changed).Distinct().Count());
    }

    [Fact]
    public async Task What_has_ended_is_removed_with_the_next_one()
    {
        await Revocations.SaveAsync(new(RevocationKind.User, "old", 1, 100), false, 0).Soon();

        var next = await Revocations.SaveAsync(new(RevocationKind.User, "new", 1, 900), false, 101).Soon();

        Assert.Equal([next], await Revocations.ReadChangedAsync(0, 10).Soon());
    }
}
