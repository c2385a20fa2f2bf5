using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Configuration;
using Akka.Remote;
using Akka.Serialization;
using Akka.TestKit.Xunit2;
using Notify.Broker.Messages;
using Notify.Broker.Relays;

namespace Notify.Broker.Tests.Messages;

/// <summary>
/// Tests a node of this version that receives messages of the next version: real remoting, with the next version's serializer on the other
/// side.
/// </summary>
public sealed class MixedVersionTests : TestKit
{
    private static readonly ChannelStopped Known = new("c", RelayId.New(), 7);

    private readonly ActorSystem _next;

    public MixedVersionTests()
        : base(Remote(typeof(BrokerSerializer), typeof(IClusterMessage)))
    {
        _next = ActorSystem.Create(Sys.Name, Remote(typeof(NextSerializer), typeof(Next)));
        Sys.EventStream.Subscribe(TestActor, typeof(DisassociatedEvent));
        Sys.EventStream.Subscribe(TestActor, typeof(AssociationErrorEvent));
        Sys.EventStream.Subscribe(TestActor, typeof(ThisActorSystemQuarantinedEvent));
    }

    [Fact]
    public Task A_message_that_is_not_known_costs_one_line_and_nothing_else() =>
        DropAsync("This node does not know the message ZZ.", "ZZ", [1, 2, 3]);

    [Fact]
    public Task A_message_of_a_newer_layout_costs_one_line_and_nothing_else() =>
        DropAsync("Message G has version 2; this node reads version 1.", "G", [2, 3, 4]);

    [Fact]
    public async Task What_a_newer_version_says_behind_the_known_fields_is_not_heard()
    {
        (await FindAsync()).Tell(new Next("G", [.. Bytes(), 1, 2, 3]));

        Assert.Equal(Known, await ExpectMsgAsync<ChannelStopped>());
        await ExpectNoMsgAsync(TimeSpan.FromMilliseconds(100));
    }

    protected override void AfterAll()
    {
        Shutdown(_next);
        base.AfterAll();
    }

    // The messages after it are handled, and the nodes stay connected.
    private async Task DropAsync(string sentence, string manifest, byte[] bytes)
    {
        var here = await FindAsync();
        await EventFilter.Warning(contains: sentence).ExpectAsync(1, async () =>
        {
            here.Tell(new Next(manifest, bytes));
            here.Tell(new Next("G", Bytes()));
            Assert.Equal(Known, await ExpectMsgAsync<ChannelStopped>());
        });
        here.Tell(new Next("G", Bytes()));
        Assert.Equal(Known, await ExpectMsgAsync<ChannelStopped>());
        await ExpectNoMsgAsync(TimeSpan.FromMilliseconds(100));
    }

    private Task<IActorRef> FindAsync() =>
        _next.ActorSelection(TestActor.Path.ToStringWithAddress(((ExtendedActorSystem)Sys).Provider.DefaultAddress)).ResolveOne(
            TimeSpan.FromSeconds(20));

    private byte[] Bytes() => new BrokerSerializer((ExtendedActorSystem)Sys).ToBinary(Known);

    private static Config Remote(Type serializer, Type messages) => ConfigurationFactory.ParseString($$"""
        akka {
          loglevel = WARNING
          actor {
            provider = remote
            serializers.notify = "{{serializer.AssemblyQualifiedName}}"
            serialization-bindings { "{{messages.AssemblyQualifiedName}}" = notify }
          }
          remote.dot-netty.tcp { hostname = "127.0.0.1", port = 0 }
        }
        """).WithFallback(TestTimeouts.Config);

    /// <summary>Represents any message of the next version.</summary>
    /// <param name="Manifest">Its manifest.</param>
    /// <param name="Bytes">Its bytes on the wire.</param>
    public sealed record Next(string Manifest, byte[] Bytes);

    /// <summary>Implements the serializer of the next version.</summary>
    public sealed class NextSerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
    {
        /// <inheritdoc />
        public override int Identifier => 7301;

        /// <inheritdoc />
        public override string Manifest(object o) => ((Next)o).Manifest;

        /// <inheritdoc />
        public override byte[] ToBinary(object obj) => ((Next)obj).Bytes;

        /// <inheritdoc />
        public override object FromBinary(byte[] bytes, string manifest) => throw new SerializationException("Nobody answers.");
    }
}
