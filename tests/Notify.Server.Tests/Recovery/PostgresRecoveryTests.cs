using Notify.Storage.Tests;

namespace Notify.Server.Tests.Recovery;

[Trait("Needs", "System")]
public sealed class PostgresRecoveryTests : DurableRecoveryTests
{
    protected override string Store { get; } = "postgres:" + PostgresServer.Shared.CreateDatabase();
}
