using Akka.Actor;
using Akka.Cluster;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Notify.Broker.History;
using Notify.Broker.Messages;

namespace Notify.Broker.Revocations;

/// <summary>
/// Reads the revocations of the other nodes: all of them at the start, and then each five seconds those that are new, which this node may
/// have missed. With a shared store it reads the store, else it asks the oldest node that answers.
/// </summary>
/// <param name="revocations">The revocations of this node.</param>
/// <param name="commands">Applies revocations.</param>
/// <param name="store">The store.</param>
/// <param name="node">The node.</param>
/// <param name="services">Provides the actor system.</param>
/// <param name="time">The clock of the interval.</param>
/// <param name="logger">The log.</param>
internal sealed partial class RevocationReader(
    RevokedTokens revocations,
    RevocationCommands commands,
    IRevocationStore store,
    BrokerNode node,
    IServiceProvider services,
    TimeProvider time,
    ILogger<RevocationReader> logger) : BackgroundService
{
    /// <summary>The time between two reads of the store.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private const int PageSize = 1000;

    // An older version does not know the question, and has no revocations.
    private const int MaxAttempts = 10;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private long _changed;

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            for (var attempt = 1; !await TryReadAsync(attempt); attempt++)
            {
                await Task.Delay(Pause, time, stoppingToken);
            }

            revocations.MarkRead();
            using var timer = new PeriodicTimer(Interval, time);

            // Without a shared store this node may have missed what was told while it joined, but nothing later.
            for (var round = 1; await timer.WaitForNextTickAsync(stoppingToken); round++)
            {
                revocations.Trim();
                if (store.IsShared || round == 1)
                {
                    await TryReadAsync(MaxAttempts);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The node is stopping.
        }
    }

    private async Task<bool> TryReadAsync(int attempt) =>
        store.IsShared ? await TryReadStoreAsync() : node.Others.Count == 0 || await TryAskAsync() || GiveUp(attempt);

    private async Task<bool> TryReadStoreAsync()
    {
        try
        {
            while (true)
            {
                var page = await store.ReadChangedAsync(_changed, PageSize);
                foreach (var revocation in page)
                {
                    commands.Learn(revocation);
                    _changed = revocation.Changed;
                }

                if (page.Count < PageSize)
                {
                    return true;
                }
            }
        }
        catch (HistoryStoreException exception)
        {
            LogUnread(exception.Message);
            return false;
        }
    }

    private async Task<bool> TryAskAsync()
    {
        foreach (var address in OthersByAge())
        {
            if (await TryAskAsync(address))
            {
                return true;
            }
        }

        return false;
    }

    private async Task<bool> TryAskAsync(Address address)
    {
        (RevocationKind, string)? after = null;
        while (true)
        {
            var answer = await node.Others.AskAsync(
                address, RevocationsActor.Name, new ListRevocations(after), RevocationCommands.Patience);
            if (answer is not RevocationList { IsComplete: true } list)
            {
                return false;
            }

            foreach (var revocation in list.Revocations)
            {
                commands.Learn(revocation);
            }

            if (list.Revocations.Count < RevocationsActor.PageSize)
            {
                return true;
            }

            after = (list.Revocations[^1].Kind, list.Revocations[^1].Name);
        }
    }

    // The first node of a cluster has nobody to ask. Nodes that start together all wait for the oldest of them.
    private IReadOnlyList<Address> OthersByAge()
    {
        var cluster = Akka.Cluster.Cluster.Get(services.GetRequiredService<ActorSystem>());
        return
        [
            .. cluster.State.Members
                .Where(member => member.UniqueAddress != cluster.SelfUniqueAddress)
                .Order(Member.AgeOrdering)
                .Select(static member => member.Address),
        ];
    }

    private bool GiveUp(int attempt)
    {
        var cluster = Akka.Cluster.Cluster.Get(services.GetRequiredService<ActorSystem>());
        var oldest = cluster.State.Members.Order(Member.AgeOrdering).FirstOrDefault();
        if (oldest?.UniqueAddress == cluster.SelfUniqueAddress)
        {
            return true;
        }

        if (attempt < MaxAttempts)
        {
            return false;
        }

        LogUnanswered(node.Others.Count);
        return true;
    }

    [LoggerMessage(
        1,
        LogLevel.Warning,
        "The revocations of tokens cannot be read now, and tokens are refused until they were read once: {Reason}",
        EventName = "RevocationsUnread")]
    private partial void LogUnread(string reason);

    [LoggerMessage(
        2,
        LogLevel.Warning,
        "None of {Count} other nodes lists its revocations, so revocations from before this start are not known here. "
            + "Nodes of an earlier version have none.",
        EventName = "RevocationsUnanswered")]
    private partial void LogUnanswered(int count);
}
