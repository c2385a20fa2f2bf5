using Akka.Configuration;
using Notify.Broker.AkkaInternals;

namespace Notify.Broker.Tests;

/// <summary>
/// Configures the test kit: the broker's mailboxes, and how long the test kit waits for a condition. The time suits a busy machine; a
/// condition that holds is detected at once.
/// </summary>
internal static class TestTimeouts
{
    public static readonly Config Config = ConfigurationFactory
        .ParseString("akka.test { single-expect-default = 20s, filter-leeway = 20s }")
        .WithFallback(ActorProps.Definition);
}
