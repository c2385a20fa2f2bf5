using Notify.Server.Limits;

namespace Notify.Server.Tests.Limits;

/// <summary>Tests the number of sockets that the limit of open files allows.</summary>
public sealed class DescriptorLimitTests
{
    private const string Header = "Limit                     Soft Limit           Hard Limit           Units     ";

    [Theory]
    [InlineData("Max open files            1024                 524288               files     ", 1024)]
    [InlineData("Max open files            unlimited            unlimited            files     ", null)]
    [InlineData("Max processes             1024                 1024                 processes ", null)]
    public void The_limit_is_the_soft_one(string line, int? limit) => Assert.Equal(limit, DescriptorLimit.Parse([Header, line]));

    [Theory]
    [InlineData(1024, false, 640)]
    [InlineData(1024, true, 512)]
    [InlineData(100, false, 32)]
    [InlineData(null, false, int.MaxValue)]
    public void The_rest_of_the_process_has_its_own(int? limit, bool isClustered, int sockets) =>
        Assert.Equal(sockets, DescriptorLimit.SocketsOf(limit, isClustered));

    [Fact]
    public void This_process_has_a_limit_that_can_be_read()
    {
        if (OperatingSystem.IsLinux())
        {
            Assert.InRange(DescriptorLimit.Read() ?? int.MaxValue, 1, int.MaxValue);
        }
    }
}
