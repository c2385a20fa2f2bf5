using System.Diagnostics;
using Akka.Actor;
using Notify.Broker;
using Notify.Broker.Connections;
using Notify.Broker.Metrics;
using Notify.Server.EngineIo;
using Notify.Server.Sessions;

namespace Notify.Server.Operators;

/// <summary>Finds connections of this node for an operator.</summary>
/// <param name="node">The node.</param>
/// <param name="traces">The traces of connections.</param>
/// <param name="services">Provides the sessions, which only exist when the node has started.</param>
/// <param name="time">The clock.</param>
internal sealed class ConnectionFinder(BrokerNode node, ConnectionTraces traces, IServiceProvider services, TimeProvider time)
{
    /// <summary>The largest number of channels of one connection that are listed.</summary>
    public const int MaxChannels = 500;

    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(800);

    private IEnumerable<ISessionDirectory> Directories => node.IsStarted
        ? [services.GetRequiredService<SessionManager>(), services.GetRequiredService<EngineSessionManager>()]
        : [];

    /// <summary>Returns the first connections by id that a question selects.</summary>
    public async Task<IReadOnlyList<ConnectionInfo>> FindAsync(ConnectionQuestion question)
    {
        var members = question.Channel is { } channel
            ? new HashSet<ISubscriber>(await node.SubscribersOfAsync(channel, Patience), ReferenceEqualityComparer.Instance)
            : null;

        // Keeps the smallest ids, so that a node with a hundred thousand connections does not sort them for one page.
        var page = new PriorityQueue<IClientSession, string>(Comparer<string>.Create(static (a, b) => string.CompareOrdinal(b, a)));
        foreach (var directory in Directories)
        {
            directory.ForEach(session =>
            {
                var isNext = (question.After is null || string.CompareOrdinal(session.Id, question.After) > 0)
                    && (page.Count < question.Limit || string.CompareOrdinal(session.Id, page.Peek().Id) < 0);
                if (isNext && Selects(question, session, members))
                {
                    page.Enqueue(session, session.Id);
                    if (page.Count > question.Limit)
                    {
                        page.Dequeue();
                    }
                }
            });
        }

        return
        [
            .. page.UnorderedItems.Select(static item => item.Element)
                .OrderBy(static session => session.Id, StringComparer.Ordinal)
                .Select(Describe),
        ];
    }

    /// <summary>Returns a connection, its channels, and what its trace remembers.</summary>
    /// <param name="question">The connection, and whether it is to be traced.</param>
    public async Task<ConnectionDetail> FindAsync(ConnectionId question)
    {
        if (FindSession(question.Id) is not { } session)
        {
            return FindEnded(question);
        }

        var connection = Describe(session);
        var isRefused = question.Trace && !traces.TryTrace(connection, session.SendQueue);
        try
        {
            var channels = await FindChannelsAsync(session);
            return new ConnectionDetail(
                connection, IsOpen: true, channels, traces.Find(question.Id, connection)?.Trace, isRefused);
        }
        catch (AskTimeoutException) when (FindSession(question.Id) is null)
        {
            // It has ended meanwhile.
            return FindEnded(question);
        }
    }

    private IClientSession? FindSession(string id) =>
        Directories.Select(directory => directory.FindSession(id)).FirstOrDefault(static session => session is not null);

    private ConnectionDetail FindEnded(ConnectionId question)
    {
        if (question.Trace)
        {
            traces.TryRenew(question.Id);
        }

        return traces.Find(question.Id, open: null) is var (connection, trace)
            ? new ConnectionDetail(connection, IsOpen: false, [], trace)
            : ConnectionDetail.None;
    }

    private async Task<IReadOnlyList<ConnectionChannel>> FindChannelsAsync(IClientSession session)
    {
        var channels = await session.Connection.Ask<ConnectionCommands.Channels>(ConnectionCommands.ListChannels.Instance, Patience / 2);
        List<KeyValuePair<string, Subscription>> joined =
        [
            .. channels.Joined.OrderBy(static channel => channel.Key, StringComparer.Ordinal).Take(MaxChannels),
        ];
        var positions = await node.PositionsOfAsync(joined, Patience / 2);
        return
        [
            .. joined.Zip(positions, static (channel, position) =>
                new ConnectionChannel(channel.Key, position?.Epoch, position?.Offset)),
        ];
    }

    private static bool Selects(ConnectionQuestion question, IClientSession session, HashSet<ISubscriber>? members)
    {
        var queue = session.SendQueue;
        if ((question.Protocol is { } protocol && MetricNames.Of(queue.Protocol) != protocol)
            || (question.IsSlow && queue.HasRoom)
            || members?.Contains(queue) == false)
        {
            return false;
        }

        if (question.User is null && question.Address is null)
        {
            return true;
        }

        var facts = session.Describe();
        return (question.User is null || facts.User == question.User)
            && (question.Address is null || AddressOf(session, facts) == question.Address);
    }

    private static string? AddressOf(IClientSession session, ConnectionFacts facts) =>
        facts.Address ?? (session.Address.IsNone ? null : session.Address.ToString());

    private ConnectionInfo Describe(IClientSession session)
    {
        var facts = session.Describe();
        var queue = session.SendQueue;
        var now = time.GetUtcNow();
        return new ConnectionInfo
        {
            Connection = session.Id,
            Node = node.Nodes.Self,
            Socket = facts.Socket,
            User = facts.User,
            Session = facts.Session,
            Protocol = MetricNames.Of(queue.Protocol),
            Transport = MetricNames.Of(session.Transport),
            Address = AddressOf(session, facts),
            Origin = facts.Origin,
            OpenedAt = now - TimeSpan.FromMilliseconds(time.GetMilliseconds() - session.BeganAt),
            Channels = queue.Channels,
            Queued = queue.Charged,
            LastWriteAt = queue.WrittenAt is > 0 and var written ? now - Stopwatch.GetElapsedTime(written) : null,
            ExpiresInMs = facts.ExpiresInMs,
        };
    }
}
