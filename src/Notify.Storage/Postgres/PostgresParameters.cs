using Npgsql;

namespace Notify.Storage.Postgres;

/// <summary>Commands with their parameters, by place: <c>$1</c>, <c>$2</c>, and so on.</summary>
internal static class PostgresParameters
{
    /// <summary>Adds the next parameter.</summary>
    public static NpgsqlBatchCommand With<T>(this NpgsqlBatchCommand command, T value)
    {
        command.Parameters.Add(new NpgsqlParameter<T> { TypedValue = value });
        return command;
    }
}
