namespace Notify.Server.Tests.Support;

/// <summary>The tests that share one server, because starting one takes a second.</summary>
[CollectionDefinition(Name)]
public sealed class SharedServer : ICollectionFixture<NotifyServer>
{
    public const string Name = "Notify server";
}
