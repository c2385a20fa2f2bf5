using Notify.Server.Tests.Support;

namespace Notify.Server.Tests.WebSockets;

/// <summary>Sends every message back, and asks for no sign of life while a test runs.</summary>
public sealed class EchoServer() : ProtocolServer(TimeSpan.FromHours(1), TimeSpan.FromHours(1));

/// <summary>The tests of RFC 6455 that share one server.</summary>
[CollectionDefinition(Name)]
public sealed class Echo : ICollectionFixture<EchoServer>
{
    public const string Name = "Echo server";
}
