using System.Net.Sockets;
using System.Security.Authentication;
using Npgsql;

namespace Notify.Storage.Postgres;

/// <summary>What a failure of the database means (https://www.postgresql.org/docs/current/errcodes-appendix.html).</summary>
internal static class PostgresFailure
{
    /// <summary>Whether it is one: everything else is a mistake of this program.</summary>
    public static bool Is(Exception exception) =>
        exception is NpgsqlException or TimeoutException or SocketException or IOException or AuthenticationException;

    /// <summary>Whether what was asked is refused for what is in it: a data exception, a constraint, a limit.</summary>
    public static bool IsOfData(Exception exception) => exception is PostgresException { SqlState: ['2', '2' or '3', ..] or ['5', '4', ..] };

    /// <summary>Whether it lost against another transaction, and may succeed when it is tried again: a serialization failure, a deadlock.</summary>
    public static bool IsContention(Exception exception) =>
        exception is PostgresException { SqlState: PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected };

    /// <summary>Whether it waited too long for a lock that another session holds, by our limit or by the server's limit for statements.</summary>
    public static bool IsBlocked(Exception exception) =>
        exception is PostgresException { SqlState: PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.QueryCanceled };

    /// <summary>Whether a server that starts, or is restarted, may answer otherwise in a moment; a wrong password is wrong for good.</summary>
    public static bool MayPass(Exception exception) => exception switch
    {
        // Class 57: shutting down, crashed, starting up. Class 53: too many connections. 55P03: a lock that another holds.
        PostgresException postgres => postgres.SqlState is ['5', '7' or '3', ..] or ['0', '8', ..] or PostgresErrorCodes.LockNotAvailable || IsContention(postgres),
        NpgsqlException { InnerException: { } cause } => MayPass(cause),
        SocketException or TimeoutException or IOException => true,
        _ => false,
    };

    /// <summary>A sentence for the operator. Neither the server nor Npgsql repeats a password.</summary>
    public static string Explain(Exception exception)
    {
        var text = exception switch
        {
            PostgresException postgres => $"{postgres.MessageText} ({postgres.SqlState})",
            NpgsqlException { InnerException: { } cause } => $"{exception.Message.TrimEnd('.')}: {cause.Message}",
            _ => exception.Message,
        };
        return text.TrimEnd('.') + ".";
    }
}
