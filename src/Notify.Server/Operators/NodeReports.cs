using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Notify.Broker;
using Notify.Broker.Channels;
using Notify.Broker.Metrics;
using Notify.Broker.Queries;
using Notify.Broker.Trails;
using Notify.Server.Startup;
using Notify.Server.Troubles;

namespace Notify.Server.Operators;

/// <summary>Answers questions about this node: its status, its connections, what it remembers of notifications.</summary>
/// <param name="services">Provides the parts of the node, which is created after this.</param>
internal sealed class NodeReports(IServiceProvider services) : INodeReports
{
    /// <summary>The subject of <see cref="StatusQuestion"/>.</summary>
    public const string Status = "status";

    /// <summary>The subject of <see cref="ConnectionQuestion"/>.</summary>
    public const string Connections = "connections";

    /// <summary>The subject of <see cref="ConnectionId"/>.</summary>
    public const string Connection = "connection";

    /// <summary>The subject of <see cref="TrailQuestion"/>.</summary>
    public const string Trail = "trail";

    /// <summary>The subject of <see cref="TailQuestion"/>.</summary>
    public const string Tail = "tail";

    /// <summary>The subject of what is wrong. The question is empty.</summary>
    public const string Troubles = "troubles";

    // Of each kind. Together they fill less than the largest message between nodes.
    private const int MaxRecords = 200;

    private static readonly OperatorJson Json = OperatorJson.Readable;

    private BrokerNode Node => services.GetRequiredService<BrokerNode>();

    /// <inheritdoc />
    public async Task<ReadOnlyMemory<byte>> AnswerAsync(string subject, ReadOnlyMemory<byte> question) => subject switch
    {
        Status => Write(Describe(Read(question, Json.StatusQuestion)), Json.NodeStatus),
        Connections => Write(await Finder().FindAsync(Read(question, Json.ConnectionQuestion))),
        Connection => Write(await Finder().FindAsync(Read(question, Json.ConnectionId)), Json.ConnectionDetail),
        Trail => Write(Find(Read(question, Json.TrailQuestion)), Json.TrailReport),
        Tail => Write(Collect(Read(question, Json.TailQuestion)), Json.TailReport),
        Troubles => Write(ListTroubles(), Json.NodeTroublesAnswer),
        _ => default,
    };

    private static T Read<T>(ReadOnlyMemory<byte> json, JsonTypeInfo<T> type) =>
        JsonSerializer.Deserialize(json.Span, type) ?? throw new JsonException("The question is null.");

    private static ReadOnlyMemory<byte> Write<T>(T answer, JsonTypeInfo<T> type) => JsonSerializer.SerializeToUtf8Bytes(answer, type);

    // A page that would not fit in a message between nodes is cut; the next page goes on there.
    private ReadOnlyMemory<byte> Write(IReadOnlyList<ConnectionInfo> connections)
    {
        var max = services.GetRequiredService<BrokerOptions>().MaxFrame / 2;
        for (var count = connections.Count; ; count /= 2)
        {
            var page = new ConnectionPage([.. connections.Take(count)], IsCut: count < connections.Count);
            var json = JsonSerializer.SerializeToUtf8Bytes(page, Json.ConnectionPage);
            if (json.Length <= max || count <= 1)
            {
                return json;
            }
        }
    }

    private ConnectionFinder Finder() => services.GetRequiredService<ConnectionFinder>();

    private NodeTroublesAnswer ListTroubles()
    {
        var report = services.GetRequiredService<INodeTroubles>().Read();
        return new NodeTroublesAnswer(Node.Nodes.Self, report.Now, report.Logged);
    }

    private NodeStatus Describe(StatusQuestion question)
    {
        var node = Node;
        var activity = services.GetRequiredService<ActivityLog>();
        var counts = node.Metrics.Connections.Counts;
        var members = node.Membership.Counts;
        var points = activity.Points;
        return new NodeStatus
        {
            Node = node.Nodes.Self,
            Version = ProductVersion.Current.Number,
            StartedAt = NodeMetrics.StartedAt,
            State = node.Metrics.Node.State,
            Reasons = services.GetRequiredService<INodeTroubles>().FindCurrent(),
            Connections = MetricNames.AllProtocols.ToDictionary(MetricNames.Of, counts.Of),
            Channels = node.Channels.Count,
            Joined = node.LocalRelays.Channels,
            Subscriptions = node.Joins.Subscriptions,
            Shards = node.Metrics.Cluster.Shards,
            Members = members.Up,
            Unreachable = members.Unreachable,
            Memory = Environment.WorkingSet,
            Cpu = Math.Round(activity.Cpu, 3),
            Sends = points.Count > 0 ? points[^1].Sends : 0,
            Deliveries = points.Count > 0 ? points[^1].Deliveries : 0,
            QueueLargest = counts.LargestQueue,
            Points = question.HasPoints ? points : [],
        };
    }

    private TrailReport Find(TrailQuestion question)
    {
        if (question.Id is { } text)
        {
            return PublishId.TryParse(text, out var id)
                ? Find(send => send.Id == id, delivery => delivery.Id == id, static _ => false)
                : Find(static _ => false, static _ => false, static _ => false);
        }

        var (channel, offset) = (question.Channel, question.Offset);
        return Find(
            send => send.Channel == channel && (offset is null || send.Position?.Offset == offset),
            delivery => delivery.Channel == channel && (offset is null || delivery.Offset == offset),
            replay => replay.Channel == channel && (offset is null || (replay.From <= offset && replay.To >= offset)));
    }

    private TrailReport Find(Func<SendRecord, bool> ofSend, Func<DeliveryRecord, bool> ofDelivery, Func<ReplayRecord, bool> ofReplay)
    {
        var trail = Node.Trail;

        var deliveries = trail.FindDeliveries(ofDelivery, MaxRecords);
        var replays = trail.FindReplays(ofReplay, MaxRecords);

        // Read after the records, so that it covers what was forgotten meanwhile.
        var since = trail.KnownSince;
        since = deliveries.Count == MaxRecords ? Math.Max(since, deliveries.Min(static delivery => delivery.At)) : since;
        since = replays.Count == MaxRecords ? Math.Max(since, replays[0].At) : since;
        return new TrailReport(
            [.. trail.FindSends(ofSend, MaxRecords).Select(Describe)],
            [.. deliveries.Select(Describe)],
            [.. replays.Select(Describe)],
            since);
    }

    private TailReport Collect(TailQuestion question)
    {
        var page = Node.Trail.Tails.Read(question.Id, new TailFilter(question.Filter, question.Only));
        return page is null ? new TailReport(null, 0) : new TailReport([.. page.Events.Select(Describe)], page.Skipped);
    }

    private TrailSend Describe(SendRecord send) => new()
    {
        Node = Node.Nodes.Self,
        Channel = send.Channel,
        Id = send.Id?.ToString(),
        Epoch = send.Position?.Epoch,
        Offset = send.Position?.Offset,
        At = DateTimeOffset.FromUnixTimeMilliseconds(send.At),
        DurationMs = send.Milliseconds,
        Secret = send.Backend,
        Outcome = send.Outcome,
    };

    private TrailDelivery Describe(DeliveryRecord delivery) => new()
    {
        Node = Node.Nodes.Self,
        Id = delivery.Id.ToString(),
        Channel = delivery.Channel,
        Offset = delivery.Offset,
        At = DateTimeOffset.FromUnixTimeMilliseconds(delivery.At),
        Sockets = delivery.Sockets,
        Written = delivery.Written,
        Dropped = delivery.Dropped,
        FirstWriteAt = Time(delivery.FirstWriteAt),
        LastWriteAt = Time(delivery.LastWriteAt),
    };

    private TrailReplay Describe(ReplayRecord replay) => new()
    {
        Node = Node.Nodes.Self,
        Channel = replay.Channel,
        From = replay.From,
        To = replay.To,
        At = DateTimeOffset.FromUnixTimeMilliseconds(replay.At),
    };

    private TailItem Describe(TailEvent item) => new()
    {
        Node = Node.Nodes.Self,
        Channel = item.Channel,
        Id = item.Id.ToString(),
        Offset = item.Offset,
        At = DateTimeOffset.FromUnixTimeMilliseconds(item.At),
        Secret = item.Backend,
        Size = item.IsPublish ? item.Size : null,
        Payload = item.IsPublish ? Encoding.UTF8.GetString(item.Payload.Span) : null,
        Sockets = item.IsPublish ? null : item.Sockets,
    };

    private static DateTimeOffset? Time(long? at) => at is { } known ? DateTimeOffset.FromUnixTimeMilliseconds(known) : null;
}
