using System.Diagnostics.Metrics;

namespace Notify.Broker.Metrics;

/// <summary>Provides the metrics of the history and its store.</summary>
public sealed class StoreMetrics
{
    private readonly Histogram<double> _append;
    private readonly Histogram<long> _batch;
    private readonly Histogram<double> _read;
    private readonly Counter<long> _errors;
    private readonly Counter<long> _fenced;
    private readonly Counter<long> _trimmed;
    private readonly Counter<long> _damaged;
    private Func<long> _backlog = static () => 0;
    private long _size;
    private Func<bool> _trouble = static () => false;
    private Func<long> _memory = static () => 0;

    internal StoreMetrics(Meter meter)
    {
        _append = meter.Duration("notify.store.append.duration", "From the request to store a notification until it was stored.");
        _batch = meter.Numbers(
            "notify.store.append.batch",
            "{notification}",
            "Notifications that were stored in one transaction.",
            1,
            2,
            5,
            10,
            20,
            50,
            100,
            200,
            500,
            1000);
        _read = meter.Duration("notify.store.read.duration", "How long reads of the store took, by kind.");
        meter.Gauge("notify.store.backlog.size", "By", "Notifications that wait to be stored.", () => _backlog());
        _errors = meter.CreateCounter<long>("notify.store.errors", "{error}", "Failed requests to the store, by kind.");
        _fenced = meter.CreateCounter<long>(
            "notify.store.fenced", "{channel}", "Channels that this node lost to a newer owner when it wrote to them.");
        meter.Flag("notify.store.trouble", "Whether the store does not work.", () => _trouble());
        meter.Gauge("notify.store.size", "By", "The size of the store.", () => Volatile.Read(ref _size));
        meter.Gauge("notify.store.limit", "By", "NOTIFY_STORE_MAX, the limit of the store's size.", () => Limit);
        _trimmed = meter.CreateCounter<long>(
            "notify.store.trimmed", "{notification}", "Notifications that were removed from the store, by cause.");
        _damaged = meter.CreateCounter<long>(
            "notify.history.damaged", "{read}", "Reads of the history that found a part missing or damaged.");
        meter.Gauge("notify.history.memory", "By", "The memory of this node's histories.", () => _memory());
    }

    /// <summary>Gets or sets the limit of the store's size, in bytes.</summary>
    public long Limit { get; set; }

    /// <summary>Gets or sets the size of the store when it was last measured, in bytes.</summary>
    public long Size
    {
        get => Volatile.Read(ref _size);
        set => Volatile.Write(ref _size, value);
    }

    /// <summary>Sets the source of the size of the notifications that wait to be stored, in bytes.</summary>
    public void ObserveBacklog(Func<long> bytes) => _backlog = bytes;

    /// <summary>Sets the source of whether the store does not work.</summary>
    public void ObserveTrouble(Func<bool> isInTrouble) => _trouble = isInTrouble;

    /// <summary>Sets the source of the memory of this node's histories, in bytes.</summary>
    public void ObserveMemory(Func<long> bytes) => _memory = bytes;

    /// <summary>Records how long it took to store a notification.</summary>
    public void Appended(TimeSpan duration) => _append.Record(duration.TotalSeconds);

    /// <summary>Records how many notifications one transaction stored.</summary>
    public void AppendedBatch(int notifications) => _batch.Record(notifications);

    /// <summary>Records a read: <c>page</c>, <c>peek</c>, <c>claim</c>, <c>key</c> or <c>list</c>.</summary>
    public void Read(string kind, TimeSpan duration) => _read.Record(duration.TotalSeconds, Instruments.Tag("kind", kind));

    /// <summary>Counts failed requests: <c>append</c>, <c>mark</c>, <c>read</c>, <c>claim</c> or <c>trim</c>.</summary>
    public void Failed(string kind, long count = 1) => _errors.Add(count, Instruments.Tag("kind", kind));

    /// <summary>Counts a channel that was lost to a newer owner.</summary>
    public void Fenced() => _fenced.Add(1);

    /// <summary>Counts notifications that were removed because of the <c>count</c>, the <c>age</c> or the <c>size</c>.</summary>
    public void Trimmed(string cause, long notifications)
    {
        if (notifications > 0)
        {
            _trimmed.Add(notifications, Instruments.Tag("cause", cause));
        }
    }

    /// <summary>Counts a read of the history that found a missing or damaged part.</summary>
    public void Damaged() => _damaged.Add(1);

    internal void BeginSeries() => _trimmed.Begin(Instruments.Tag("cause", "size"));
}
