using Notify.Broker.Recovery;

namespace Notify.Broker.Tests.Recovery;

public sealed class SessionOwnerTests
{
    [Theory]
    [InlineData("42", "42", true)]
    [InlineData("42", "7", false)]
    [InlineData("42", null, false)]
    [InlineData(null, "42", false)]
    [InlineData(null, null, true)]
    public void Only_the_same_user_recovers_a_session(string? owner, string? user, bool isAdmitted)
    {
        Assert.Equal(isAdmitted, SessionOwner.Of(owner).Admits(user, isOpen: false));
        Assert.Equal(isAdmitted, SessionOwner.Of(owner).Admits(user, isOpen: true));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("42")]
    public void A_session_of_the_version_before_is_recovered_only_while_everything_is_open(string? user)
    {
        Assert.True(SessionOwner.Unknown.Admits(user, isOpen: true));
        Assert.False(SessionOwner.Unknown.Admits(user, isOpen: false));
    }

    [Fact]
    public void What_only_its_client_says_belongs_to_anybody() => Assert.True(SessionOwner.Anybody.Admits("42", isOpen: false));
}
