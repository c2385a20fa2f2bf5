namespace Notify.Client;

/// <summary>Represents the answer to a send.</summary>
/// <param name="Results">The results, in the order of the channels.</param>
internal sealed record SendAnswer(IReadOnlyList<SendAnswer.Result>? Results)
{
    /// <summary>Represents the result in one channel.</summary>
    internal sealed record Result(string Channel, string Id, string? Epoch, long? Offset)
    {
        public PublishResult ToResult() =>
            new(Channel, Id, Epoch is not null && Offset is { } offset ? new NotifyPosition(Epoch, offset) : null);
    }
}
