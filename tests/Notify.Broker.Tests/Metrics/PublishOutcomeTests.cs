using Notify.Broker.Metrics;
using Notify.Broker.Sending;

namespace Notify.Broker.Tests.Metrics;

/// <summary>Tests how failed publishes are counted. An alert depends on it.</summary>
public sealed class PublishOutcomeTests
{
    [Fact]
    public void A_client_that_disconnects_is_no_failure_of_the_broker()
    {
        Assert.Equal(PublishOutcome.Invalid, PublishOutcome.Of(new OperationCanceledException()));
        Assert.Equal(PublishOutcome.Invalid, PublishOutcome.Of(new IOException("The connection was reset.")));
    }

    [Fact]
    public void A_publish_that_is_not_known_to_be_stored_is_a_failure()
    {
        Assert.Equal(PublishOutcome.Unavailable, PublishOutcome.Of(new SendFailedException()));
        Assert.Equal(PublishOutcome.Overload, PublishOutcome.Of(new SendFailedException { Failure = SendFailure.StoreBacklog }));
        Assert.Equal(PublishOutcome.Unavailable, PublishOutcome.Of(new InvalidOperationException()));
    }
}
