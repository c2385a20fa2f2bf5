using System.Data.Common;
using Npgsql;

namespace Notify.Storage.Postgres;

/// <summary>
/// Creates data sources with defaults for the limits that the operator does not set: a server that hangs or is cut off is noticed within
/// seconds, and a node uses few of the server's connections.
/// </summary>
internal static class PostgresDataSources
{
    private const int ConnectSeconds = 3;
    private const int CommandSeconds = 4;

    /// <summary>Creates the data source for the one connection that writes.</summary>
    public static NpgsqlDataSource ForWriting(NpgsqlConnectionStringBuilder address) =>
        Build(address, settings => settings.Pooling = false);

    /// <summary>Creates the data source for the connections that read.</summary>
    public static NpgsqlDataSource ForReading(NpgsqlConnectionStringBuilder address, int connections) =>
        Build(address, settings => settings.MaxPoolSize = connections);

    private static NpgsqlDataSource Build(NpgsqlConnectionStringBuilder address, Action<NpgsqlConnectionStringBuilder> change)
    {
        // The password stays in the string, which only Npgsql receives.
        var settings = new NpgsqlConnectionStringBuilder(address.ConnectionString);
        var given = new DbConnectionStringBuilder { ConnectionString = address.ConnectionString };
        Default("Timeout", ConnectSeconds);
        Default("Command Timeout", CommandSeconds);
        Default("Application Name", "notify");

        // After a timeout Npgsql must not wait for the cancellation. A commit that waits for a replica and is cancelled is reported as
        // successful.
        Default("Cancellation Timeout", -1);

        // The negotiation would happen at each connection, and a server that hangs does not answer it either. Operators who need it can
        // enable it.
        Default("GSS Encryption Mode", "Disable");

        // Selects the host that accepts writes.
        if (settings.Host!.Contains(',', StringComparison.Ordinal))
        {
            Default("Target Session Attributes", "primary");
        }

        change(settings);
        return new NpgsqlDataSourceBuilder(settings.ConnectionString).Build();

        void Default(string name, object value)
        {
            if (!given.ContainsKey(name))
            {
                settings[name] = value;
            }
        }
    }
}
