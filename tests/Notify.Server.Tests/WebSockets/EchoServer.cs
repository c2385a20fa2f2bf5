using Notify.Server.Tests.Support;

namespace Notify.Server.Tests.WebSockets;

/// <summary>Sends every message back, without heartbeats during a test.</summary>
public sealed class EchoServer() : ProtocolServer(TimeSpan.FromHours(1), TimeSpan.FromHours(1));

/// <summary>Shares one server between the tests of RFC 6455.</summary>
[CollectionDefinition(Name)]
public sealed class Echo : ICollectionFixture<EchoServer>
{
    public const string Name = "Echo server";
}
