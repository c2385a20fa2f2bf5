using System.Globalization;
using Akka.Actor;

namespace Notify.Broker.Clustering;

/// <summary>
/// Encodes a node's properties as roles of its membership. Roles are known of every member from its first appearance, without a request,
/// and end with its membership.
/// </summary>
internal static class NodeRoles
{
    /// <summary>
    /// The role of nodes that verify tokens, so that they know the revocations. A node without keys and a node of an older version do not.
    /// </summary>
    public const string Tokens = "tokens";

    private const string Socket = "socket-";
    private const string Http = "http-";
    private const string Shard = "shards-";

    /// <summary>Returns the role of all nodes with this number of shards.</summary>
    public static string Shards(int count) => string.Create(CultureInfo.InvariantCulture, $"{Shard}{count}");

    /// <summary>Returns the number of shards of a member; null when it has no such role.</summary>
    public static int? ReadShards(IEnumerable<string> roles)
    {
        foreach (var role in roles)
        {
            if (role.StartsWith(Shard, StringComparison.Ordinal)
                && int.TryParse(role.AsSpan(Shard.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var count))
            {
                return count;
            }
        }

        return null;
    }

    /// <summary>Returns the roles of a node.</summary>
    public static IEnumerable<string> Of(ushort socketTag, int httpPort) =>
        [
            string.Create(CultureInfo.InvariantCulture, $"{Socket}{socketTag:x4}"),
            string.Create(CultureInfo.InvariantCulture, $"{Http}{httpPort}"),
        ];

    /// <summary>Reads the roles of a member; null when it lacks these roles, as a node of another version may.</summary>
    public static RemoteNode? Read(Address address, IEnumerable<string> roles)
    {
        ushort? tag = null;
        int? port = null;
        foreach (var role in roles)
        {
            if (role.StartsWith(Socket, StringComparison.Ordinal)
                && ushort.TryParse(
                    role.AsSpan(Socket.Length), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var readTag))
            {
                tag = readTag;
            }
            else if (role.StartsWith(Http, StringComparison.Ordinal)
                && ushort.TryParse(role.AsSpan(Http.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var readPort))
            {
                port = readPort;
            }
        }

        return tag is { } socketTag && port is { } httpPort ? new RemoteNode(address, socketTag, httpPort) : null;
    }
}
