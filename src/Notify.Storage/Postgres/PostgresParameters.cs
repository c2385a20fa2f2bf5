using Npgsql;
using NpgsqlTypes;

namespace Notify.Storage.Postgres;

/// <summary>Adds positional parameters to commands: <c>$1</c>, <c>$2</c>, and so on.</summary>
internal static class PostgresParameters
{
    /// <summary>Adds the next parameter.</summary>
    public static NpgsqlBatchCommand With<T>(this NpgsqlBatchCommand command, T value)
    {
        command.Parameters.Add(new NpgsqlParameter<T> { TypedValue = value });
        return command;
    }

    /// <summary>Adds the next parameter, or a null of its type.</summary>
    public static NpgsqlBatchCommand WithNullable<T>(this NpgsqlBatchCommand command, T? value)
        where T : struct
    {
        command.Parameters.Add(value is { } known
            ? new NpgsqlParameter<T> { TypedValue = known }
            : new NpgsqlParameter { NpgsqlDbType = TypeOf<T>(), Value = DBNull.Value });
        return command;
    }

    private static NpgsqlDbType TypeOf<T>() =>
        typeof(T) == typeof(Guid) ? NpgsqlDbType.Uuid : typeof(T) == typeof(int) ? NpgsqlDbType.Integer : NpgsqlDbType.Bigint;
}
