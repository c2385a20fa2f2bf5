namespace Notify.Server.Tests.Support;

/// <summary>Shares one server between tests, because a start takes a second.</summary>
[CollectionDefinition(Name)]
public sealed class SharedServer : ICollectionFixture<NotifyServer>
{
    public const string Name = "Notify server";
}
