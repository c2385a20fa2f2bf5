using Notify.Broker;
using Notify.Broker.History;
using Xunit.Abstractions;

namespace Notify.Storage.Tests;

/// <summary>
/// Runs random sequences of claims by competing owners, publishes, lookups, reads, lists, trims and restarts against each real store and
/// against a model of its guarantees. A failure prints the seed; <c>NOTIFY_MODEL_SEED</c> runs only that one.
/// </summary>
public sealed class ModelTests(ITestOutputHelper output) : IDisposable
{
    private const int Steps = 300;
    private const int Runs = 3;

    private static readonly string[] Names = ["", "a", "b\0b", "user:\uFF5E", "user:\U0001F600"];

    private readonly TestFolder _folder = new();

    [Theory]
    [InlineData("memory")]
    [InlineData("sqlite")]
    public Task A_store_does_what_the_model_does(string kind) => RunAsync(kind);

    [Fact]
    [Trait("Needs", "System")]
    public Task PostgreSQL_does_what_the_model_does() => RunAsync("postgres");

    public void Dispose() => _folder.Dispose();

    private async Task RunAsync(string kind)
    {
        var given = Environment.GetEnvironmentVariable("NOTIFY_MODEL_SEED");
        for (var run = 0; run < (given is null ? Runs : 1); run++)
        {
            var seed = given is null ? Random.Shared.Next() : int.Parse(given, System.Globalization.CultureInfo.InvariantCulture);
            output.WriteLine($"{kind}: seed {seed}");
            await RunAsync(Opener(kind, run), isShared: kind == "postgres", seed);
        }
    }

    private static readonly ChannelOptions Channels = new()
    {
        HistorySize = Model.HistorySize,
        Inboxes = [StoreTests.Pattern("user:*")],
        InboxSize = Model.HistorySize,
    };

    private Func<StoreOptions, IHistoryStore> Opener(string kind, int run)
    {
        switch (kind)
        {
            case "memory":
                return _ => new MemoryStore();
            case "sqlite":
                return options => HistoryStores.Sqlite(_folder.File($"{run}.db"), Channels, options, new TestLog());
            default:
                var address = PostgresServer.Shared.CreateDatabase();
                return options => HistoryStores.Postgres(address, Channels, options, new TestLog());
        }
    }

    private static async Task RunAsync(Func<StoreOptions, IHistoryStore> open, bool isShared, int seed)
    {
        var random = new Random(seed);
        var model = new Model();
        var stores = new List<IHistoryStore>();
        try
        {
            for (var node = 0; node < (isShared ? 2 : 1); node++)
            {
                stores.Add(await OpenAsync(open));
            }

            for (var step = 0; step < Steps; step++)
            {
                await StepAsync(random, model, stores, open);
            }
        }
        finally
        {
            foreach (var store in stores)
            {
                await store.DisposeAsync();
            }
        }
    }

    private static async Task<IHistoryStore> OpenAsync(Func<StoreOptions, IHistoryStore> open)
    {
        var store = open(
            new StoreOptions
            {
                Grace = TimeSpan.Zero,
                TrimInterval = TimeSpan.FromMilliseconds(2),
                TailRows = 10,
                TailAge = TimeSpan.FromMilliseconds(5),
            });
        await store.OpenAsync(default).Soon();
        return store;
    }

    private static async Task StepAsync(Random random, Model model, List<IHistoryStore> stores, Func<StoreOptions, IHistoryStore> open)
    {
        var node = random.Next(stores.Count);
        var store = stores[node];
        var name = Names[random.Next(Names.Length)];
        switch (random.Next(100))
        {
            case < 12:
                model.Claimed(node, await store.ClaimAsync(name).Soon(), store.IsDurable);
                break;
            case < 50 when model.Owner(random, node) is { } owner:
                await SendAsync(random, model, store, owner);
                break;
            case < 60 when store.IsDurable && model.Owner(random, node) is { } owner:
                await MarkAsync(random, model, store, owner);
                break;
            case < 75 when model.Owner(random, node) is { } owner:
                var key = new IdempotencyKey($"k{random.Next(6)}", random.Next(2));
                Assert.Equal(Model.Find(owner, key), await store.FindAsync(owner.Claim, key).Soon());
                break;
            case < 90 when store.IsDurable && model.Owner(random, node) is { } owner:
                var after = random.Next(4) == 0 ? StoredPage.Earliest : random.NextInt64(0, owner.Channel.Kept.Count + 2);
                var upTo = random.NextInt64(0, owner.Channel.Kept.Count + 3);
                Model.Read(owner, after, upTo, await store.ReadAsync(owner.Claim, after, upTo, 1 << 20).Soon());
                break;
            case < 93 when store.IsDurable:
                model.Peeked(Names, await store.PeekAsync(Names).Soon());
                break;
            case < 95 when store.IsDurable:
                model.Listed(await store.ListAsync("user:", null, 10).Soon());
                break;
            case < 97 when store.IsDurable && random.Next(3) == 0:
                await store.RenewEpochsAsync().Soon();
                model.Renewed();
                break;
            case >= 97:
                await store.DisposeAsync();
                stores[node] = await OpenAsync(open);
                model.Restarted(node, store.IsDurable);
                break;
            default:
                // There is no owner for this step.
                break;
        }
    }

    // A few at once, behind a publish that is under way; sometimes with a gap, or ahead of what is stored.
    private static async Task MarkAsync(Random random, Model model, IHistoryStore store, Model.Claimant owner)
    {
        if (!owner.Claim.Name.StartsWith("user:", StringComparison.Ordinal))
        {
            return;
        }

        var first = owner.Revision + (random.Next(10) == 0 ? 2 : 1);
        var publish = StoreTests.Notification(owner.Claim, owner.Next);
        var last = owner.Next + (random.Next(10) == 0 ? 1 : 0);
        var marks = Enumerable.Range(0, random.Next(2, 5))
            .Select(i => new StoredInbox(first + i, BitConverter.GetBytes(random.Next())))
            .ToList();

        // Half of the publishes change the marks themselves.
        var withPublish = random.Next(2);
        var appended = withPublish == 0
            ? store.AppendAsync(owner.Claim, publish, null)
            : store.AppendAsync(owner.Claim, publish, null, marks[0], null);
        var results = await Task.WhenAll(marks.Skip(withPublish).Select(mark => store.SaveInboxAsync(owner.Claim, mark, last))).Soon();
        var isFollowing = first == owner.Revision + 1;
        var isPublished = Model.Owns(owner) && (withPublish == 0 || isFollowing);
        Assert.Equal(isPublished ? AppendOutcome.Stored : AppendOutcome.Fenced, await appended.Soon());
        if (isPublished)
        {
            Model.Sent(owner, [publish], [null]);
            if (withPublish > 0)
            {
                Model.Marked(owner, marks[0]);
            }
        }

        var isStored = isPublished && isFollowing && last == publish.Offset;
        Assert.All(results, result => Assert.Equal(isStored ? AppendOutcome.Stored : AppendOutcome.Fenced, result));
        if (isStored)
        {
            Model.Marked(owner, marks[^1]);
        }
        else
        {
            model.Lost(owner);
        }
    }

    // A few at once, like a channel's actor; sometimes with a gap.
    private static async Task SendAsync(Random random, Model model, IHistoryStore store, Model.Claimant owner)
    {
        var skip = random.Next(10) == 0 && store.IsDurable ? 1 : 0;
        var sends = Enumerable.Range(0, random.Next(1, 6))
            .Select(i => StoreTests.Notification(owner.Claim, owner.Next + skip + i, $"\"{random.Next()}\0é\""))
            .ToList();
        var keys = sends.Select(
            _ => random.Next(3) == 0 ? new IdempotencyKey($"k{random.Next(6)}", random.Next(2)) : default(IdempotencyKey?))
            .ToList();

        // A key that is found is not published again. A channel's actor checks this first.
        for (var i = 0; i < keys.Count; i++)
        {
            if (keys[i] is { } key && (Model.Find(owner, key) is not null || keys.Take(i).Contains(key)))
            {
                keys[i] = null;
            }
        }

        var results = await Task.WhenAll(sends.Select((send, i) => store.AppendAsync(owner.Claim, send, keys[i]))).Soon();
        var isStored = !store.IsDurable || (Model.Owns(owner) && skip == 0);
        Assert.All(results, result => Assert.Equal(isStored ? AppendOutcome.Stored : AppendOutcome.Fenced, result));
        if (isStored)
        {
            Model.Sent(owner, sends, keys);
        }
        else
        {
            model.Lost(owner);
        }
    }
}
