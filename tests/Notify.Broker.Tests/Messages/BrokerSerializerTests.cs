using System.Collections;
using System.Diagnostics;
using System.Reflection;
using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Configuration;
using Akka.TestKit.Xunit2;
using Notify.Broker.AntiEntropy;
using Notify.Broker.Channels;
using Notify.Broker.History;
using Notify.Broker.Inboxes;
using Notify.Broker.Messages;
using Notify.Broker.Metrics;
using Notify.Broker.Recovery;
using Notify.Broker.Relays;
using Notify.Broker.Revocations;
using Notify.Broker.Tracing;
using Notify.Protocol;

namespace Notify.Broker.Tests.Messages;

public sealed class BrokerSerializerTests : TestKit
{
    private static readonly Config Binding = ConfigurationFactory.ParseString($$"""
        akka.actor {
          serializers.notify = "{{typeof(BrokerSerializer).AssemblyQualifiedName}}"
          serialization-bindings { "{{typeof(IClusterMessage).AssemblyQualifiedName}}" = notify }
        }
        """);

    private static readonly ReadOnlyMemory<byte> Meta = """{"category":"c"}"""u8.ToArray();

    public BrokerSerializerTests()
        : base(Binding)
    {
    }

    public static TheoryData<string> MessageTypes => new(typeof(IClusterMessage).Assembly.GetTypes()
        .Where(type => type is { IsClass: true, IsAbstract: false } && type.IsAssignableTo(typeof(IClusterMessage)))
        .Select(type => type.FullName!));

    [Fact]
    public void There_are_messages_to_test() => Assert.True(MessageTypes.Count >= 9);

    [Theory]
    [MemberData(nameof(MessageTypes))]
    public void Every_message_that_may_cross_nodes_survives_the_journey(string typeName)
    {
        var type = typeof(IClusterMessage).Assembly.GetType(typeName, throwOnError: true)!;
        var message = Example(type);
        var serializer = Assert.IsType<BrokerSerializer>(Sys.Serialization.FindSerializerFor(message));

        var read = serializer.FromBinary(serializer.ToBinary(message), serializer.Manifest(message));

        AssertSame(message, read);
    }

    [Theory]
    [InlineData("P", "")]
    [InlineData("P", "01 FF FF FF FF FF FF")]
    [InlineData("P", "01 FF FF FF FF 0F")]
    [InlineData("P", "01 01 63 00")]
    [InlineData("XL", "01 FF FF FF 7F")]
    [InlineData("X", "01 01 00 00 00 01 00 00 00")]
    [InlineData("KT", "01 01 70 00 00 00 FF FF FF 7F")]
    public void Bytes_that_are_no_message_are_one_error(string manifest, string bytes) =>
        Assert.Throws<SerializationException>(
            () => Serializer().FromBinary(Convert.FromHexString(bytes.Replace(" ", "", StringComparison.Ordinal)), manifest));

    [Fact]
    public void A_page_of_history_that_is_gone_stays_gone()
    {
        var serializer = Serializer();
        var page = new HistoryPage("c", RelayId.New(), 1, 2, new Position("e", 2), null);

        var read = Assert.IsType<HistoryPage>(serializer.FromBinary(serializer.ToBinary(page), serializer.Manifest(page)));

        Assert.Null(read.Notifications);
    }

    [Fact]
    public void What_a_question_for_history_may_leave_out_stays_left_out()
    {
        var serializer = Serializer();
        foreach (var since in new Since?[] { null, Since.Earliest.Instance })
        {
            var question = new FetchHistory("c", since, 7);

            Assert.Equal(question, serializer.FromBinary(serializer.ToBinary(question), serializer.Manifest(question)));
        }
    }

    [Fact]
    public void An_order_to_disconnect_keeps_what_it_leaves_out()
    {
        var serializer = Serializer();
        var disconnect = new Disconnect(new DisconnectOrder { User = "42", Kind = DisconnectKind.Reconnect });

        Assert.Equal(disconnect, serializer.FromBinary(serializer.ToBinary(disconnect), "RD"));
        Assert.Equal(new ListRevocations(null), serializer.FromBinary(serializer.ToBinary(new ListRevocations(null)), "RL"));
    }

    [Fact]
    public void An_unknown_manifest_is_an_error_of_that_message_alone() =>
        Assert.Throws<SerializationException>(() => Serializer().FromBinary([1], "??"));

    [Fact]
    public void Another_version_is_an_error_that_names_both()
    {
        var bytes = Serializer().ToBinary((ChannelStopped)Example(typeof(ChannelStopped)));
        bytes[0] = 2;

        var error = Assert.Throws<SerializationException>(() => Serializer().FromBinary(bytes, "G"));

        Assert.Contains("version 2", error.Message, StringComparison.Ordinal);
        Assert.Contains("version 1", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(MessageTypes))]
    public void A_field_that_a_newer_version_puts_behind_the_others_is_not_read(string typeName)
    {
        var message = Example(typeof(IClusterMessage).Assembly.GetType(typeName, throwOnError: true)!);
        var serializer = Serializer();

        AssertSame(message, serializer.FromBinary([.. serializer.ToBinary(message), 1, 2, 3], serializer.Manifest(message)));
    }

    [Theory]
    [MemberData(nameof(MessageTypes))]
    public void A_message_that_was_cut_short_is_an_error_and_no_crash(string typeName)
    {
        var message = Example(typeof(IClusterMessage).Assembly.GetType(typeName, throwOnError: true)!);
        var serializer = Serializer();
        var bytes = serializer.ToBinary(message);

        for (var length = 1; length < bytes.Length; length++)
        {
            if (message is JoinChannel join && length == serializer.ToBinary(join with { Known = null }).Length)
            {
                // As the previous version wrote it.
                Assert.Null(Assert.IsType<JoinChannel>(serializer.FromBinary(bytes[..length], serializer.Manifest(message))).Known);
                continue;
            }

            if (Shorter(message).FirstOrDefault(each => length == serializer.ToBinary(each).Length) is { } shorter)
            {
                AssertSame(shorter, serializer.FromBinary(bytes[..length], serializer.Manifest(message)));
                continue;
            }

            if (message is SessionTaken taken && length == serializer.ToBinary(taken with { Owner = SessionOwner.Unknown }).Length)
            {
                // The same.
                Assert.Equal(
                    SessionOwner.Unknown,
                    Assert.IsType<SessionTaken>(serializer.FromBinary(bytes[..length], serializer.Manifest(message))).Owner);
                continue;
            }

            Assert.Throws<SerializationException>(() => serializer.FromBinary(bytes[..length], serializer.Manifest(message)));
        }
    }

    [Fact]
    public void A_span_is_behind_all_fields_of_the_version_before_and_costs_nothing_without_a_sample()
    {
        var serializer = Serializer();
        var deliver = (Deliver)Example(typeof(Deliver));
        foreach (var message in (object[])[Example(typeof(Publish)), deliver])
        {
            var both = Shorter(message).Select(serializer.ToBinary).ToList();
            Assert.Equal(both[0], both[1][..both[0].Length]);
            Assert.Equal(both[0].Length + 25, both[1].Length);
        }

        AssertSame(deliver.Stamp.Trace, ((Deliver)serializer.FromBinary(serializer.ToBinary(deliver), "D")).Stamp.Trace);

        // With a field behind it, there is an empty span.
        var fielded = deliver with { Stamp = default };
        var read = (Deliver)serializer.FromBinary(serializer.ToBinary(fielded), "D");
        Assert.Null(read.Stamp.Trace);
        Assert.Equal(fielded.Notification.Meta.ToArray(), read.Notification.Meta.ToArray());
    }

    // The message without some of its optional fields, which it does not write then; the shortest first.
    private static object[] Shorter(object message) => message switch
    {
        Publish publish => [publish with { Trace = null, Meta = default }, publish with { Meta = default }],
        Published published => [published with { Owner = null }],
        SocketSend send => [send with { Meta = default }],
        ReadHistory read => [read with { Epoch = null }],
        Deliver deliver =>
        [
            deliver with { Stamp = default, Notification = Plain(deliver.Notification) },
            deliver with { Notification = Plain(deliver.Notification) },
        ],
        HistoryPage page => [page with { Notifications = [.. page.Notifications!.Select(Plain)] }],
        FetchedHistory history => [history with { Notifications = [.. history.Notifications!.Select(Plain)] }],
        OffsetAnnouncement announcement => [announcement with { Revision = null }],
        OffsetAnnouncements all => [new OffsetAnnouncements([.. all.Offsets.Select(each => each with { Revision = null })])],
        InboxPage page => [page with { Items = [.. page.Items.Select(Plain)] }],
        AnnouncementRead read => [read with { Items = [.. read.Items.Select(Plain)] }],
        _ => [],
    };

    private static Notification Plain(Notification notification) =>
        new(notification.Channel, notification.Position, notification.Id, notification.At, notification.Payload);

    private static object WithOptionalFields(object message)
    {
        var trace = new TraceContext(ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom(), ActivityTraceFlags.Recorded);
        return message switch
        {
            Publish publish => publish with { Trace = trace, Meta = Meta },
            Published published => published with { Owner = "a:4053" },
            InboxTold told => told with { Backlog = 7 },
            SocketSend send => send with { Meta = Meta },
            OffsetAnnouncement announcement => announcement with { Revision = 7 },
            OffsetAnnouncements all => new OffsetAnnouncements([.. all.Offsets, all.Offsets[0] with { Revision = 7 }]),
            Deliver deliver => deliver with
            {
                Stamp = new DeliveryStamp(0, IsReceived: true, trace),
                Notification = deliver.Notification.With(Meta),
            },
            _ => message,
        };
    }

    private BrokerSerializer Serializer() => new((ExtendedActorSystem)Sys);

    /// <summary>Creates an instance with a distinct value in every place from the primary constructor.</summary>
    private static object Example(Type type)
    {
        var seed = 1;
        return WithOptionalFields(Make(type));

        object Make(Type wanted) => wanted switch
        {
            _ when wanted == typeof(string) => $"text-{seed++}-é",
            _ when wanted == typeof(long) => (long)seed++ << 33,
            _ when wanted == typeof(int) => seed++,
            _ when wanted == typeof(bool) => true,
            _ when wanted == typeof(Guid) => Guid.NewGuid(),
            _ when wanted == typeof(ReadOnlyMemory<byte>) => new ReadOnlyMemory<byte>([(byte)seed++, 0, 255]),
            _ when wanted == typeof(IReadOnlyList<Notification>) => new List<Notification>
            {
                ((Notification)Make(typeof(Notification))).With(Meta),
                (Notification)Make(typeof(Notification)),
                ((Notification)Make(typeof(Notification))).WithoutContent(),
            },
            _ when wanted == typeof(IReadOnlyList<string>) => new List<string> { (string)Make(typeof(string)), "" },
            _ when wanted == typeof(IReadOnlyList<int>) => new List<int> { (int)Make(typeof(int)), 0 },
            _ when wanted == typeof(IReadOnlyList<RangeSet>) => new List<RangeSet> { (RangeSet)Make(typeof(RangeSet)), RangeSet.Empty },
            _ when wanted == typeof(ReadAnnouncement) => new ReadAnnouncement((string)Make(typeof(string)))
            {
                Marks = (IReadOnlyList<InboxMarkRequest>)Make(typeof(IReadOnlyList<InboxMarkRequest>)),
                Wanted = (RangeSet)Make(typeof(RangeSet)),
                Limit = (int)Make(typeof(int)),
                Category = (string)Make(typeof(string)),
                Tags = (IReadOnlyList<string>)Make(typeof(IReadOnlyList<string>)),
            },
            _ when wanted == typeof(MarkInbox) =>
                new MarkInbox(
                    (string)Make(typeof(string)),
                    [
                        .. (IReadOnlyList<InboxMarkRequest>)Make(typeof(IReadOnlyList<InboxMarkRequest>)),
                        new(InboxMarkKind.Seen, null, null, ["id"], false) { Of = "announce:all" },
                    ])
                {
                    Heads = [(AnnouncementHead)Make(typeof(AnnouncementHead))],
                    MayCreate = false,
                },
            _ when wanted == typeof(ulong) => ulong.MaxValue - (ulong)seed++,
            _ when wanted == typeof(IReadOnlyList<JoinKey>) => new List<JoinKey>
            {
                (JoinKey)Make(typeof(JoinKey)),
                (JoinKey)Make(typeof(JoinKey)),
            },
            _ when wanted == typeof(IReadOnlyList<OffsetAnnouncement>) => new List<OffsetAnnouncement>
            {
                (OffsetAnnouncement)Make(typeof(OffsetAnnouncement)),
            },
            _ when wanted == typeof(IReadOnlyList<StoredChannel>) => new List<StoredChannel>
            {
                (StoredChannel)Make(typeof(StoredChannel)),
                (StoredChannel)Make(typeof(StoredChannel)),
            },
            _ when wanted == typeof(IReadOnlyList<DeliveryRun>) => new List<DeliveryRun>
            {
                (DeliveryRun)Make(typeof(DeliveryRun)),
                new(null, "", 1, 1),
            },
            _ when wanted == typeof(IReadOnlyList<DeliveryLogState.Joined>) => new List<DeliveryLogState.Joined>
            {
                (DeliveryLogState.Joined)Make(typeof(DeliveryLogState.Joined)),
                new("c", false, null),
            },
            _ when wanted == typeof(IReadOnlyList<Revocation>) => new List<Revocation>
            {
                (Revocation)Make(typeof(Revocation)),
                (Revocation)Make(typeof(Revocation)),
            },
            _ when wanted == typeof(RangeSet) => RangeSet.Of([new(seed, seed++), new(seed + 10, (long)seed++ << 33)]),
            _ when wanted == typeof(IReadOnlyList<InboxMarkRequest>) => new List<InboxMarkRequest>
            {
                (InboxMarkRequest)Make(typeof(InboxMarkRequest)),
                new(InboxMarkKind.Read, null, null, [], false),
            },
            _ when wanted == typeof(SessionOwner) => SessionOwner.Of((string)Make(typeof(string))),
            _ when wanted == typeof(DisconnectOrder) => new DisconnectOrder
            {
                User = (string)Make(typeof(string)),
                Session = (string)Make(typeof(string)),
                TokenId = (string)Make(typeof(string)),
                Connection = (string)Make(typeof(string)),
                Before = (long)Make(typeof(long)),
                Kind = DisconnectKind.Blocked,
                Reason = (string)Make(typeof(string)),
            },
            _ when wanted.IsEnum => Enum.GetValues(wanted).Cast<object>().Last(),
            _ when wanted == typeof(JoinDigest) => new JoinDigest([seed++, 0], [-seed++, long.MaxValue]),
            _ when wanted == typeof(Since) => new Since.After((string)Make(typeof(string)), (long)Make(typeof(long))),
            _ => wanted.GetConstructors().MaxBy(constructor => constructor.GetParameters().Length)!
                .Invoke(
                    [.. wanted.GetConstructors().MaxBy(constructor => constructor.GetParameters().Length)!.GetParameters()
                        .Select(parameter => Make(parameter.ParameterType))]),
        };
    }

    private static void AssertSame(object? expected, object? actual, string? channel = null)
    {
        switch (expected)
        {
            case null:
                Assert.Null(actual);
                break;
            case Enum:
                Assert.Equal(expected, actual);
                break;
            case ReadOnlyMemory<byte> bytes:
                Assert.Equal(bytes.ToArray(), Assert.IsType<ReadOnlyMemory<byte>>(actual).ToArray());
                break;
            case IEnumerable items and not string:
                Assert.Equal(items.Cast<object>().Count(), Assert.IsAssignableFrom<IEnumerable>(actual).Cast<object>().Count());
                foreach (var (left, right) in items.Cast<object>().Zip(((IEnumerable)actual!).Cast<object>()))
                {
                    AssertSame(left, right, channel);
                }

                break;
            default:
                if (expected.GetType().Namespace!.StartsWith("System", StringComparison.Ordinal))
                {
                    Assert.Equal(expected, actual);
                    break;
                }

                // A notification in a page gets the page's channel, which is written once.
                foreach (var property in expected.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance))
                {
                    if (expected is Notification && property.Name == nameof(Notification.Channel) && channel is not null)
                    {
                        Assert.Equal(channel, property.GetValue(actual));
                        continue;
                    }

                    AssertSame(
                        property.GetValue(expected),
                        property.GetValue(actual),
                        (expected as IRelayMessage)?.Channel
                            ?? (expected as FetchedHistory)?.Channel
                            ?? (expected as InboxPage)?.Channel
                            ?? (expected as AnnouncementRead)?.Channel);
                }

                break;
        }
    }
}
