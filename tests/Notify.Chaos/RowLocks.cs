using System.Diagnostics;
using System.Globalization;
using System.Text;
using Notify.Storage.Tests;

namespace Notify.Chaos;

/// <summary>Holds the row of a channel in the database, like any other session, and detects which node waits for a row.</summary>
internal sealed class RowLocks(string address)
{
    // A node waits a second for a row.
    private static readonly TimeSpan WaitLimit = TimeSpan.FromSeconds(2);

    /// <summary>Locks the row until the result is disposed.</summary>
    public IDisposable Hold(string channel)
    {
        var connection = PostgresServer.Connect(address);
        using var command = connection.CreateCommand();
        var name = Convert.ToHexStringLower(Encoding.UTF8.GetBytes(channel));
        command.CommandText = $"BEGIN; SELECT 1 FROM notify.channel WHERE name = '\\x{name}' FOR UPDATE";
        command.ExecuteNonQuery();
        return connection;
    }

    /// <summary>Waits until a node waits for a row. Returns false when it does not for two seconds.</summary>
    public async Task<bool> WaitForWaiterAsync(int node)
    {
        for (var began = Stopwatch.GetTimestamp(); !IsWaiting(node); await Task.Delay(5))
        {
            if (Stopwatch.GetElapsedTime(began) > WaitLimit)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Returns whether a session of a node is inside a transaction and waits for a row.</summary>
    public bool IsWaiting(int node) => PostgresServer.Query(address, string.Create(CultureInfo.InvariantCulture, $"""
        SELECT 1 FROM pg_stat_activity WHERE application_name = '{node}' AND xact_start IS NOT NULL AND wait_event_type = 'Lock' LIMIT 1
        """)) is not null;
}
