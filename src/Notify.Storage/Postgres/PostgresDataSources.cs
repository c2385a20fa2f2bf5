using System.Data.Common;
using Npgsql;

namespace Notify.Storage.Postgres;

/// <summary>
/// Connections to the database, with limits of our own where the operator gives none: a server that is frozen, or cut off, is noticed in
/// seconds, and a node takes few of the server's connections.
/// </summary>
internal static class PostgresDataSources
{
    private const int ConnectSeconds = 3;
    private const int CommandSeconds = 4;

    /// <summary>For the one connection that writes.</summary>
    public static NpgsqlDataSource ForWriting(NpgsqlConnectionStringBuilder address) => Build(address, settings => settings.Pooling = false);

    /// <summary>For those that read.</summary>
    public static NpgsqlDataSource ForReading(NpgsqlConnectionStringBuilder address, int connections) => Build(address, settings => settings.MaxPoolSize = connections);

    private static NpgsqlDataSource Build(NpgsqlConnectionStringBuilder address, Action<NpgsqlConnectionStringBuilder> change)
    {
        // The password stays in it: it is handed to Npgsql only.
        var settings = new NpgsqlConnectionStringBuilder(address.ConnectionString);
        var given = new DbConnectionStringBuilder { ConnectionString = address.ConnectionString };
        Default("Timeout", ConnectSeconds);
        Default("Command Timeout", CommandSeconds);
        Default("Application Name", "notify");

        // What has taken too long is not waited for again: a commit that waits for a replica, and is cancelled, would be called done.
        Default("Cancellation Timeout", -1);

        // Asked for each time it connects, which a server that is frozen does not answer either; who needs it says so.
        Default("GSS Encryption Mode", "Disable");

        // Of several hosts the one that can be written to.
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
