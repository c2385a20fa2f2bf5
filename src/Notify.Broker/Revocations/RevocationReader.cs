using Akka.Actor;
using Akka.Cluster;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Notify.Broker.Clustering;
using Notify.Broker.History;
using Notify.Broker.Messages;

namespace Notify.Broker.Revocations;

/// <summary>
/// Reads the revocations of the other nodes: all of them at the start, and then each five seconds those that are new, which this node may
/// have missed. With a shared store it reads the store, else it asks the oldest node that answers. Until it has read them, this node
/// accepts no token, however long that takes: a token might be revoked.
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

    // Nodes that start together wait for the oldest of them, which is not worth a warning.
    private const int QuietAttempts = 10;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private long _changed;

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await ReadAllAsync(stoppingToken);
            using var timer = new PeriodicTimer(Interval, time);

            // Without a shared store this node may have missed what was told while it joined, but nothing later.
            for (var round = 1; await timer.WaitForNextTickAsync(stoppingToken); round++)
            {
                revocations.Trim();
                if (store.IsShared || round == 1)
                {
                    await TryReadAsync();
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The node is stopping.
        }
    }

    private async Task ReadAllAsync(CancellationToken stoppingToken)
    {
        var isReported = false;
        for (var attempt = 1; await TryReadAsync() is { } error; attempt++)
        {
            if (!isReported && (store.IsShared || attempt == QuietAttempts))
            {
                LogUnread(error);
                isReported = true;
            }

            await Task.Delay(Pause, time, stoppingToken);
        }

        revocations.MarkRead();
        if (isReported)
        {
            LogRead();
        }
    }

    // Returns why they cannot be read; null when they were.
    private Task<string?> TryReadAsync() => store.IsShared ? TryReadStoreAsync() : TryReadOthersAsync();

    private async Task<string?> TryReadStoreAsync()
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
                    return null;
                }
            }
        }
        catch (HistoryStoreException exception)
        {
            return exception.Message;
        }
    }

    private async Task<string?> TryReadOthersAsync()
    {
        var cluster = Akka.Cluster.Cluster.Get(services.GetRequiredService<ActorSystem>());

        // The others need not answer: nodes of an older version and nodes without keys know of no revocations.
        var nodes = cluster.State.Members.Where(static member => member.HasRole(NodeRoles.Tokens)).Order(Member.AgeOrdering).ToList();
        foreach (var member in nodes.Where(member => member.UniqueAddress != cluster.SelfUniqueAddress))
        {
            if (await TryAskAsync(member.Address))
            {
                return null;
            }
        }

        // The first node has nobody to ask. Nodes that start together all wait for the oldest of them.
        return nodes is [var oldest, ..] && oldest.UniqueAddress == cluster.SelfUniqueAddress
            ? null
            : $"none of the {nodes.Count - 1} other nodes with keys for tokens lists its revocations.";
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

    [LoggerMessage(
        1,
        LogLevel.Warning,
        "The revocations of tokens cannot be read, so tokens are refused as unavailable until they were: {Reason}",
        EventName = "RevocationsUnread")]
    private partial void LogUnread(string reason);

    [LoggerMessage(2, LogLevel.Information, "The revocations of tokens are read; tokens are accepted.", EventName = "RevocationsRead")]
    private partial void LogRead();
}
