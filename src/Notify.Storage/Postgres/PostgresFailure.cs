using System.Net.Sockets;
using System.Security.Authentication;
using Npgsql;

namespace Notify.Storage.Postgres;

/// <summary>Classifies failures of the database (https://www.postgresql.org/docs/current/errcodes-appendix.html).</summary>
internal static class PostgresFailure
{
    /// <summary>Returns whether an exception is a failure of the database. Any other exception is a bug in this program.</summary>
    public static bool Is(Exception exception) =>
        exception is NpgsqlException or TimeoutException or SocketException or IOException or AuthenticationException;

    /// <summary>Returns whether a statement failed because of its data: a data exception, a constraint, a limit.</summary>
    public static bool IsOfData(Exception exception) =>
        exception is PostgresException { SqlState: ['2', '2' or '3', ..] or ['5', '4', ..] };

    /// <summary>
    /// Returns whether a transaction lost against another one and may succeed when it is retried: a serialization failure, a deadlock.
    /// </summary>
    public static bool IsContention(Exception exception) =>
        exception is PostgresException { SqlState: PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected };

    /// <summary>
    /// Returns whether a transaction waited too long for a lock of another session, by our limit or by the server's statement timeout.
    /// </summary>
    public static bool IsBlocked(Exception exception) =>
        exception is PostgresException { SqlState: PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.QueryCanceled };

    /// <summary>
    /// Returns whether a failure may be temporary, as when the server starts. A wrong password, for example, is permanent.
    /// </summary>
    public static bool MayPass(Exception exception) => exception switch
    {
        // Class 57: shutting down, crashed, starting up. Class 53: too many connections. 55P03: a row is locked by another session.
        PostgresException postgres => postgres.SqlState is ['5', '7' or '3', ..] or ['0', '8', ..] or PostgresErrorCodes.LockNotAvailable
            || IsContention(postgres),
        NpgsqlException { InnerException: { } cause } => MayPass(cause),
        SocketException or TimeoutException or IOException => true,
        _ => false,
    };

    /// <summary>Returns a sentence for the operator. Neither the server nor Npgsql includes the password in its messages.</summary>
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
