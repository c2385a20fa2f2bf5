using Notify.Broker.History;

namespace Notify.Storage;

/// <summary>Represents what became of a request in a batch that is committed.</summary>
internal abstract record StoreResult
{
    /// <summary>Gets the result of an append that is stored.</summary>
    public static StoreResult<AppendOutcome> Stored { get; } = new(AppendOutcome.Stored);

    /// <summary>Gets the result of an append of a former owner.</summary>
    public static StoreResult<AppendOutcome> Fenced { get; } = new(AppendOutcome.Fenced);

    /// <summary>Gets the result of an append in a batch that failed.</summary>
    public static StoreResult<AppendOutcome> Unknown { get; } = new(AppendOutcome.Unknown);

    /// <summary>The request was not served for a reason of its own.</summary>
    /// <param name="Cause">The reason.</param>
    internal sealed record Refused(HistoryStoreException Cause) : StoreResult;
}

/// <summary>Represents the result of a request that was served.</summary>
/// <typeparam name="T">The result's type.</typeparam>
/// <param name="Value">The result.</param>
internal sealed record StoreResult<T>(T Value) : StoreResult;
