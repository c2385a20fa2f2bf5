using System.Collections.Concurrent;
using System.Diagnostics;
using Akka.Actor;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using Microsoft.Extensions.Logging.Abstractions;
using Notify.Broker.AntiEntropy;
using Notify.Broker.Channels;
using Notify.Broker.Clustering;
using Notify.Broker.Connections;
using Notify.Broker.Messages;
using Notify.Broker.Relays;
using Notify.Broker.Sending;
using Notify.Broker.Tracing;
using Notify.Protocol;

namespace Notify.Broker.Tests.Sending;

public sealed class PublisherTests : TestKit
{
    // Sends are only asked again, and only time out, where a test is about that, because a busy machine may stall for seconds.
    private static readonly BrokerOptions Patient =
        new() { RetryInterval = TimeSpan.FromSeconds(30), Channels = new() { SendTimeout = TimeSpan.FromMinutes(1) } };

    private static readonly BrokerOptions Retrying = Patient with { RetryInterval = TimeSpan.FromMilliseconds(200) };
    private static readonly BrokerOptions Hasty = Retrying with { Channels = new() { SendTimeout = TimeSpan.FromSeconds(2) } };

    private readonly TestProbe _channels;
    private readonly TestProbe _rooms;
    private readonly PeerTable _peers = new();
    private readonly SocketDirectory _sockets = new();
    private readonly LocalRelays _relays = new();
    private readonly Membership _membership = new();
    private readonly LocalChannels _local = new();
    private readonly List<ChannelClient> _owners = [];
    private readonly Publisher _publisher;

    public PublisherTests()
        : base(TestTimeouts.Config)
    {
        _channels = CreateTestProbe();
        _rooms = CreateTestProbe();
        _membership.Set([], [], hasQuorum: true);
        _publisher = Create(Patient);
    }

    [Fact]
    public async Task A_send_that_is_not_answered_is_asked_again_under_the_same_identity()
    {
        var asked = AnswerAll(lost: 1);

        await Create(Retrying).SendAsync(["c"], "1"u8.ToArray());

        Assert.True(asked.Count > 1);
        Assert.Single(asked.Select(static publish => publish.Id).Distinct());
    }

    [Fact]
    public async Task A_traced_send_counts_its_retries_and_names_its_failure()
    {
        var ended = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = static source => source.Name == BrokerTraces.SourceName,
            Sample = static (ref _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = ended.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        using var request = new Activity("request").Start();

        var asked = AnswerAll(lost: 1);
        await Create(Retrying).SendAsync(["c"], "1"u8.ToArray(), trace: new PublishTrace(request, static _ => "*", showsChannels: false));
        Assert.All(asked, publish => Assert.Equal(request.TraceId, publish.Trace!.TraceId));

        _channels.SetAutoPilot(AutoPilot.NoAutoPilot);
        await Assert.ThrowsAsync<SendFailedException>(() => Create(Hasty).SendAsync(
            ["c"], "1"u8.ToArray(), trace: new PublishTrace(request, static _ => "*", showsChannels: false)));
        var spans = ended.Where(span => span.TraceId == request.TraceId).ToList();
        Assert.Equal(["publish *", "publish *"], spans.Select(span => span.OperationName));
        Assert.All(spans, span => Assert.Equal(request.SpanId, span.ParentSpanId));
        Assert.InRange((int)spans[0].GetTagItem("notify.retries")!, 1, 10);
        Assert.Equal(ActivityStatusCode.Unset, spans[0].Status);
        Assert.Equal(("timeout", ActivityStatusCode.Error), (spans[1].GetTagItem("error.type"), spans[1].Status));
        Assert.Same(request, Activity.Current);
    }

    [Fact]
    public async Task A_send_that_is_not_sampled_has_no_span()
    {
        var send = _publisher.SendAsync(["c"], "1"u8.ToArray());

        var message = await _channels.ExpectMsgAsync<Publish>();
        Answer(message);
        await send;
        Assert.Null(message.Trace);
    }

    [Fact]
    public async Task A_channel_that_lives_here_is_asked_without_the_region()
    {
        var owner = CreateTestProbe();
        _local.Add(new ChannelEntry("c", owner.Ref));
        var send = _publisher.SendAsync(["c"], "1"u8.ToArray());

        Answer(await owner.ExpectMsgAsync<Publish>(), owner);

        Assert.Equal(1, Assert.Single(await send).Position?.Offset);
        await _channels.ExpectNoMsgAsync(TimeSpan.Zero);
    }

    [Fact]
    public async Task A_channel_that_stops_before_it_has_answered_is_asked_where_it_lives_next()
    {
        var owner = CreateTestProbe();
        var entry = new ChannelEntry("c", owner.Ref);
        _local.Add(entry);
        var asked = AnswerAll(lost: 0);
        var send = Create(Retrying).SendAsync(["c"], "1"u8.ToArray());
        var first = await owner.ExpectMsgAsync<Publish>();
        _local.Remove(entry);

        await send;

        Assert.NotEmpty(asked);
        Assert.All(asked, second => Assert.Equal(first.Id, second.Id));
    }

    [Fact]
    public async Task A_channel_that_is_leaving_is_asked_by_way_of_the_region()
    {
        var owner = CreateTestProbe();
        _local.Add(new ChannelEntry("c", owner.Ref) { IsLeaving = true });
        var send = _publisher.SendAsync(["c"], "1"u8.ToArray());

        Answer(await _channels.ExpectMsgAsync<Publish>());

        await send;
        await owner.ExpectNoMsgAsync(TimeSpan.Zero);
    }

    [Fact]
    public async Task Without_a_majority_nothing_is_accepted()
    {
        _membership.Set([], [], hasQuorum: false);

        await Assert.ThrowsAsync<SendFailedException>(() => _publisher.SendAsync(["c"], "1"u8.ToArray()));

        await _channels.ExpectNoMsgAsync(TimeSpan.Zero);
    }

    [Fact]
    public async Task A_channel_that_is_named_twice_is_two_sends_of_one_request()
    {
        var send = _publisher.SendAsync(["c", "d", "c"], "1"u8.ToArray());

        var sends = new List<Publish>();
        for (var i = 0; i < 3; i++)
        {
            sends.Add(await _channels.ExpectMsgAsync<Publish>());
            Answer(sends[i]);
        }

        await send;
        Assert.Equal(["c", "d", "c"], sends.Select(publish => publish.Channel));
        Assert.Equal([0, 0, 1], sends.Select(publish => publish.Id.Occurrence));
        Assert.Single(sends.Select(publish => publish.Id.Request).Distinct());
    }

    [Fact]
    public async Task A_channel_that_never_answers_is_a_failure_within_the_time() =>
        await Assert.ThrowsAsync<SendFailedException>(() => Create(Hasty).SendAsync(["c"], "1"u8.ToArray()));

    [Fact]
    public async Task No_channel_is_no_send()
    {
        await _publisher.SendAsync([], "1"u8.ToArray());

        await _channels.ExpectNoMsgAsync(TimeSpan.FromMilliseconds(50));
    }

    [Fact]
    public async Task A_send_to_a_socket_reaches_it_and_one_to_a_socket_that_is_gone_reaches_nobody()
    {
        var ids = new SocketIds(1);
        var (alive, gone) = (ids.Next(), ids.Next());
        var sendQueue = new SendQueue(1000);
        _sockets.Add(alive, sendQueue, new TextFormat());

        await _publisher.SendAsync([alive, gone], "hello"u8.ToArray());

        Assert.Equal(5 + SendQueue.MessageOverhead, sendQueue.Charged);
        await _channels.ExpectNoMsgAsync(TimeSpan.FromMilliseconds(50));
    }

    [Fact]
    public async Task A_send_to_a_socket_goes_to_every_node_that_its_id_may_name_and_to_no_other()
    {
        var nodes = Enumerable.Range(0, 3)
            .Select(i => new RemoteNode(new Address("akka.tcp", "notify", "host", i + 1), (ushort)(i / 2), 4054))
            .ToList();
        _membership.Set([], [], hasQuorum: true, nodes);
        var (one, two, nobody) = (new SocketIds(1).Next(), new SocketIds(0).Next(), new SocketIds(9).Next());

        await _publisher.SendAsync([one, nobody, two], "1"u8.ToArray());

        Assert.Equal(
            [one, two, two], (await _rooms.ReceiveNAsync(3, default).ToListAsync()).Cast<SocketSend>().Select(send => send.Socket));
        await _rooms.ExpectNoMsgAsync(TimeSpan.FromMilliseconds(50));
        Assert.All(nodes, node => Assert.True(_peers.At(node.Address).Account.Bytes > 0));
        await _channels.ExpectNoMsgAsync(TimeSpan.Zero);
    }

    [Fact]
    public async Task A_node_that_is_behind_is_not_told_of_its_sockets()
    {
        var node = new RemoteNode(new Address("akka.tcp", "notify", "host", 1), 1, 4054);
        _membership.Set([], [], hasQuorum: true, [node]);
        _peers.At(node.Address).Account.TryCharge(int.MaxValue);

        await _publisher.SendAsync([new SocketIds(1).Next()], "1"u8.ToArray());

        await _rooms.ExpectNoMsgAsync(TimeSpan.FromMilliseconds(50));
    }

    [Fact]
    public async Task A_node_that_has_too_much_to_deliver_delays_its_senders_and_then_refuses_them()
    {
        var account = new DeliveryAccount(100);
        account.Charge(100);
        _relays.Add(RelayId.New(), account, () => 1);

        await Assert.ThrowsAsync<SendFailedException>(() => Create(Hasty).SendAsync(["c"], "1"u8.ToArray()));
        await _channels.ExpectNoMsgAsync(TimeSpan.FromMilliseconds(50));

        var send = _publisher.SendAsync(["c"], "1"u8.ToArray());
        account.Release(50);
        Answer(await _channels.ExpectMsgAsync<Publish>());
        await send;
    }

    private Publisher Create(BrokerOptions options)
    {
        var owners = new ChannelClient(Sys, _channels.Ref, _local, options.RetryInterval, TimeProvider.System);
        _owners.Add(owners);
        return new Publisher(
            owners,
            new PrivateRooms(_sockets, _membership, _peers, TimeProvider.System, _ => _rooms.Ref),
            _relays,
            _membership,
            new RefusedSends(NullLogger.Instance, TimeProvider.System),
            options,
            TimeProvider.System);
    }

    // Returns the questions. On a busy machine, more of them are asked again than those that are lost.
    private ConcurrentQueue<Publish> AnswerAll(int lost)
    {
        var asked = new ConcurrentQueue<Publish>();
        _channels.SetAutoPilot(new DelegateAutoPilot((sender, message) =>
        {
            var publish = (Publish)message;
            asked.Enqueue(publish);
            if (asked.Count > lost)
            {
                sender.Tell(new Published(publish.Channel, publish.Id, publish.Id, new Position("e", 1)));
            }

            return AutoPilot.KeepRunning;
        }));
        return asked;
    }

    private void Answer(Publish publish) => Answer(publish, _channels);

    private static void Answer(Publish publish, TestProbe owner) =>
        owner.Reply(new Published(publish.Channel, publish.Id, publish.Id, new Position("e", 1)));

    protected override void AfterAll()
    {
        _owners.ForEach(static owners => owners.Dispose());
        base.AfterAll();
    }

    private sealed class TextFormat : WireFormat
    {
        public override WireMessage Encode(Notification notification) => WireMessage.Text(notification.Payload);
    }
}
