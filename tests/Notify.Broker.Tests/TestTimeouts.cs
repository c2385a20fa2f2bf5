using Akka.Configuration;
using Notify.Broker.AkkaInternals;

namespace Notify.Broker.Tests;

/// <summary>The settings of the test kit: the mailboxes of the broker, and how long the test kit waits for a condition: long enough for a machine with other work; what holds is seen at once all the same.</summary>
internal static class TestTimeouts
{
    public static readonly Config Config = ConfigurationFactory.ParseString("akka.test.single-expect-default = 20s").WithFallback(ActorProps.Definition);
}
