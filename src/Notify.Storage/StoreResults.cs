using System.Diagnostics.CodeAnalysis;
using Notify.Broker.History;

namespace Notify.Storage;

/// <summary>Holds the results of a batch that is committed: one for each request.</summary>
/// <param name="capacity">The number of requests.</param>
internal sealed class StoreResults(int capacity)
{
    private readonly Dictionary<StoreRequest, StoreResult> _results = new(capacity);

    /// <summary>Adds the result of a request.</summary>
    public void Add<T>(StoreRequest<T> request, T value) => _results.Add(request, new StoreResult<T>(value));

    /// <summary>Adds the result of a write of an owner: stored, or fenced because the owner is a former one.</summary>
    public void Add(StoreRequest<AppendOutcome> write, bool isStored) =>
        _results.Add(write, isStored ? StoreResult.Stored : StoreResult.Fenced);

    /// <summary>Sets that a request is not served for a reason of its own. It replaces a result.</summary>
    public void Refuse(StoreRequest request, HistoryStoreException cause) => _results[request] = new StoreResult.Refused(cause);

    /// <summary>Returns the result of a request.</summary>
    public StoreResult Of(StoreRequest request) => _results[request];

    /// <summary>Finds the value of a request. Returns false when the request was refused.</summary>
    public bool TryGet<T>(StoreRequest<T> request, [MaybeNullWhen(false)] out T value)
    {
        if (_results[request] is StoreResult<T> result)
        {
            value = result.Value;
            return true;
        }

        value = default;
        return false;
    }

    /// <summary>Returns whether an append is stored.</summary>
    public bool IsStored(StoreRequest.Append append) => ReferenceEquals(_results[append], StoreResult.Stored);
}
