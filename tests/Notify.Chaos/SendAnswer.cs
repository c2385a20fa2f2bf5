using System.Globalization;
using System.Net;

namespace Notify.Chaos;

/// <summary>What a node answered to a send.</summary>
/// <param name="Status">The status; null when it cannot be reached or went away meanwhile.</param>
/// <param name="SaysWhenToRetry">Whether it has <c>Retry-After</c>.</param>
internal sealed record SendAnswer(HttpStatusCode? Status, bool SaysWhenToRetry)
{
    /// <summary>No answer at all.</summary>
    public static SendAnswer None { get; } = new(null, false);

    /// <summary>Whether the protocol has such an answer: yes, no with the time to ask again, or none at all.</summary>
    public bool IsProper => Status is null or HttpStatusCode.OK || (Status == HttpStatusCode.ServiceUnavailable && SaysWhenToRetry);

    /// <summary>The kind of answer in the words of a report.</summary>
    public override string ToString() => Status is not { } status
        ? "no answer"
        : ((int)status).ToString(CultureInfo.InvariantCulture) + (status == HttpStatusCode.ServiceUnavailable && !SaysWhenToRetry ? " without Retry-After" : "");
}
