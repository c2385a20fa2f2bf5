using Notify.Storage.Tests;

namespace Notify.Server.Tests.Recovery;

public sealed class PostgresRecoveryTests : DurableRecoveryTests
{
    protected override string Store { get; } = "postgres:" + PostgresServer.Shared.CreateDatabase();
}
