namespace Notify.Storage.Tests;

public abstract partial class StoreTests
{
    [Fact]
    public async Task The_key_of_links_stays_the_same()
    {
        var first = await Store.ReadLinkKeyAsync().Soon();
        Assert.Equal(32, first!.Length);
        Assert.True(first.Distinct().Count() > 8, Convert.ToHexString(first));
        await ReopenAsync();
        Assert.Equal(first, await Store.ReadLinkKeyAsync().Soon());
    }
}
