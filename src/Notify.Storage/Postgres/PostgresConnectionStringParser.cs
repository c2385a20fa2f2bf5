using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Npgsql;

namespace Notify.Storage.Postgres;

/// <summary>
/// Parses the address of the database: an Npgsql connection string (<c>Host=db;Username=u;Password=p;Database=d</c>) or a URI as hosting
/// platforms provide it (<c>postgres://u:p@db:5432/d?sslmode=require</c>,
/// https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING-URIS).
/// </summary>
internal static class PostgresConnectionStringParser
{
    // The parameters with different names in libpq and Npgsql. The others differ in underscores at most.
    private static readonly Dictionary<string, string> Names = new(StringComparer.OrdinalIgnoreCase)
    {
        ["user"] = "Username",
        ["dbname"] = "Database",
        ["connect_timeout"] = "Timeout",
        ["sslcert"] = "SSL Certificate",
        ["sslkey"] = "SSL Key",
        ["sslpassword"] = "SSL Password",
        ["sslrootcert"] = "Root Certificate",
        ["sslmode"] = "SSL Mode",
        ["sslnegotiation"] = "SSL Negotiation",
        ["target_session_attrs"] = "Target Session Attributes",
        ["channel_binding"] = "Channel Binding",
        ["gssencmode"] = "GSS Encryption Mode",
    };

    /// <summary>Parses an address. Returns false when the text is invalid or names no host.</summary>
    public static bool TryRead(string text, [NotNullWhen(true)] out NpgsqlConnectionStringBuilder? address)
    {
        address = null;
        try
        {
            var read = IsUri(text) ? ReadUri(text) : new NpgsqlConnectionStringBuilder(text);
            address = string.IsNullOrWhiteSpace(read.Host) ? null : read;
        }
        catch (Exception exception) when (exception
            is ArgumentException or FormatException or OverflowException or InvalidCastException or KeyNotFoundException)
        {
            // The exception's message is dropped: it may repeat a part of the text, and with it the password.
            return false;
        }

        return address is not null;
    }

    private static bool IsUri(string text) =>
        text.StartsWith("postgres://", StringComparison.Ordinal) || text.StartsWith("postgresql://", StringComparison.Ordinal);

    private static NpgsqlConnectionStringBuilder ReadUri(string text)
    {
        var address = new NpgsqlConnectionStringBuilder();
        var rest = text[(text.IndexOf("://", StringComparison.Ordinal) + 3)..];
        var query = "";
        if (rest.IndexOf('?', StringComparison.Ordinal) is >= 0 and var mark)
        {
            query = rest[(mark + 1)..];
            rest = rest[..mark];
        }

        // Splits at the last @, because passwords are not always encoded.
        if (rest.LastIndexOf('@') is >= 0 and var at)
        {
            var user = rest[..at];
            rest = rest[(at + 1)..];
            var colon = user.IndexOf(':', StringComparison.Ordinal);
            Set(address, "Username", Decode(colon < 0 ? user : user[..colon]));
            Set(address, "Password", colon < 0 ? "" : Decode(user[(colon + 1)..]));
        }

        if (rest.IndexOf('/', StringComparison.Ordinal) is >= 0 and var slash)
        {
            Set(address, "Database", Decode(rest[(slash + 1)..]));
            rest = rest[..slash];
        }

        SetHosts(address, rest);
        foreach (var member in query.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = member.IndexOf('=', StringComparison.Ordinal);
            if (equals < 0)
            {
                throw new FormatException();
            }

            var name = Decode(member[..equals]);
            Set(address, Names.GetValueOrDefault(name, name.Replace('_', ' ')), Value(name, Decode(member[(equals + 1)..])));
        }

        return address;
    }

    private static void SetHosts(NpgsqlConnectionStringBuilder address, string hosts)
    {
        // A single host has its port in a separate parameter. Several hosts are passed to Npgsql as a list of host:port.
        if (!hosts.Contains(',', StringComparison.Ordinal) && PortColon(hosts) is >= 0 and var colon)
        {
            address.Port = int.Parse(hosts[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture);
            hosts = hosts[..colon];
        }

        Set(address, "Host", Decode(hosts.Trim('[', ']')));
    }

    private static int PortColon(string host)
    {
        var colon = host.LastIndexOf(':');
        return colon > host.LastIndexOf(']') ? colon : -1;
    }

    private static string Decode(string text) => Uri.UnescapeDataString(text);

    // Npgsql writes verify-ca without a hyphen.
    private static string Value(string name, string value) =>
        name is "sslmode" ? value.Replace("-", "", StringComparison.Ordinal) : value;

    private static void Set(NpgsqlConnectionStringBuilder address, string name, string value)
    {
        if (value.Length > 0)
        {
            address[name] = value;
        }
    }
}
