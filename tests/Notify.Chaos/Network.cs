using System.Globalization;
using System.Security.Cryptography;

namespace Notify.Chaos;

/// <summary>
/// Provides a host for each node: a network namespace with two links. The nodes reach each other over one link, and clients and the
/// database over the other, so that a partition between nodes does not affect the latter. The network is removed when this process ends,
/// however that ends.
/// </summary>
internal sealed class Network : IDisposable
{
    private const string Nobody = "02:00:00:00:00:fe";

    private readonly string _id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(3));
    private readonly List<(int From, int To)> _silenced = [];
    private readonly int _nodes;
    private readonly string _prefix;

    /// <summary>Creates the hosts. Needs root.</summary>
    public Network(int nodes)
    {
        _nodes = nodes;
        _prefix = string.Create(
            CultureInfo.InvariantCulture,
            $"10.{RandomNumberGenerator.GetInt32(16, 240)}.{RandomNumberGenerator.GetInt32(1, 255)}");
        Command.Leave($"while [ -e /proc/{Environment.ProcessId} ]; do sleep 0.5; done\n{TearDown}");
        Command.Run(string.Join('\n', [
            $"for bridge in {Among} {Apart} {Outside}; do ip link add $bridge type bridge; ip link set $bridge up; done",
            $"ip addr add {HostAddress}/26 dev {Outside}",
            .. Enumerable.Range(0, nodes).Select(SetUp)]));
    }

    /// <summary>Gets this host's address, at which nodes find the database.</summary>
    public string HostAddress => $"{_prefix}.62";

    /// <summary>Gets the network from which clients and the database see the nodes' connections.</summary>
    public string OutsideNetwork => $"{_prefix}.0/26";

    private string Among => $"nt{_id}a";

    private string Apart => $"nt{_id}b";

    private string Outside => $"nt{_id}c";

    private string TearDown => string.Join('\n', [
        .. Enumerable.Range(0, _nodes).Select(node => $"ip netns pids {Space(node)} | xargs -r kill -KILL; ip netns delete {Space(node)}"),
        $"for bridge in {Among} {Apart} {Outside}; do ip link delete $bridge; done",
        "true"]);

    /// <summary>Returns the name of a node's namespace.</summary>
    public string Space(int node) => $"notify-{_id}-{node}";

    /// <summary>Returns the address of a node for clients.</summary>
    public string OutsideAddress(int node) => string.Create(CultureInfo.InvariantCulture, $"{_prefix}.{node + 1}");

    /// <summary>Returns the address of a node for other nodes.</summary>
    public string AmongAddress(int node) => string.Create(CultureInfo.InvariantCulture, $"{_prefix}.{node + 129}");

    /// <summary>Separates nodes from the others. Clients and the database still reach both sides.</summary>
    public void Part(params int[] nodes) => Plug(Apart, nodes, AmongLink);

    /// <summary>Separates nodes from everything.</summary>
    public void Isolate(params int[] nodes) => Command.Run(
        string.Join('\n', nodes.Select(node => $"ip link set {AmongLink(node)} nomaster; ip link set {OutsideLink(node)} nomaster")));

    /// <summary>Breaks the link between two nodes. Both still reach the others.</summary>
    public void Break(int one, int other)
    {
        Silence(one, other);
        Silence(other, one);
    }

    /// <summary>
    /// Loses all packets from one node to another, which can still send to the first: they are sent to a hardware address that does not
    /// exist.
    /// </summary>
    public void Silence(int from, int to)
    {
        Command.Run($"ip -n {Space(from)} neigh replace {AmongAddress(to)} lladdr {Nobody} dev among nud permanent");
        _silenced.Add((from, to));
    }

    /// <summary>Restores all links.</summary>
    public void Heal()
    {
        _silenced.ForEach(link => Command.Run($"ip -n {Space(link.From)} neigh del {AmongAddress(link.To)} dev among"));
        _silenced.Clear();
        Plug(Among, Enumerable.Range(0, _nodes), AmongLink);
        Plug(Outside, Enumerable.Range(0, _nodes), OutsideLink);
    }

    public void Dispose() => Command.Run("set +e\n" + TearDown);

    private static void Plug(string bridge, IEnumerable<int> nodes, Func<int, string> link) =>
        Command.Run(string.Join('\n', nodes.Select(node => $"ip link set {link(node)} master {bridge}")));

    private string AmongLink(int node) => string.Create(CultureInfo.InvariantCulture, $"nt{_id}a{node}");

    private string OutsideLink(int node) => string.Create(CultureInfo.InvariantCulture, $"nt{_id}c{node}");

    private string SetUp(int node) => $"""
        ip netns add {Space(node)}
        ip -n {Space(node)} link set lo up
        ip link add {AmongLink(node)} type veth peer name among netns {Space(node)}
        ip link add {OutsideLink(node)} type veth peer name outside netns {Space(node)}
        ip link set {AmongLink(node)} master {Among} up
        ip link set {OutsideLink(node)} master {Outside} up
        ip -n {Space(node)} addr add {AmongAddress(node)}/26 dev among
        ip -n {Space(node)} addr add {OutsideAddress(node)}/26 dev outside
        ip -n {Space(node)} link set among up
        ip -n {Space(node)} link set outside up
        """;
}
