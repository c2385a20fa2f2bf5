using System.Globalization;
using Akka.Actor;

namespace Notify.Broker.Clustering;

/// <summary>
/// What a node tells the others of itself, as roles of its membership: they are known of every member from the moment that it is one,
/// with nothing to ask, and end with it.
/// </summary>
internal static class NodeRoles
{
    private const string Socket = "socket-";
    private const string Http = "http-";
    private const string Shard = "shards-";

    /// <summary>The role of all nodes that spread the channels over so many shards.</summary>
    public static string Shards(int count) => string.Create(CultureInfo.InvariantCulture, $"{Shard}{count}");

    /// <summary>Over how many shards a member spreads the channels; null when it does not say.</summary>
    public static int? ReadShards(IEnumerable<string> roles)
    {
        foreach (var role in roles)
        {
            if (role.StartsWith(Shard, StringComparison.Ordinal) && int.TryParse(role.AsSpan(Shard.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var count))
            {
                return count;
            }
        }

        return null;
    }

    /// <summary>The roles of a node.</summary>
    public static IEnumerable<string> Of(ushort socketTag, int httpPort) =>
        [string.Create(CultureInfo.InvariantCulture, $"{Socket}{socketTag:x4}"), string.Create(CultureInfo.InvariantCulture, $"{Http}{httpPort}")];

    /// <summary>Reads the roles of a member; null when it does not say these things, as one of another version.</summary>
    public static RemoteNode? Read(Address address, IEnumerable<string> roles)
    {
        ushort? tag = null;
        int? port = null;
        foreach (var role in roles)
        {
            if (role.StartsWith(Socket, StringComparison.Ordinal) && ushort.TryParse(role.AsSpan(Socket.Length), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var readTag))
            {
                tag = readTag;
            }
            else if (role.StartsWith(Http, StringComparison.Ordinal) && ushort.TryParse(role.AsSpan(Http.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var readPort))
            {
                port = readPort;
            }
        }

        return tag is { } socketTag && port is { } httpPort ? new RemoteNode(address, socketTag, httpPort) : null;
    }
}
