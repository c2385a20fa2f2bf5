using System.Globalization;
using System.Net;

namespace Notify.Chaos;

/// <summary>Holds a node's response to a publish.</summary>
/// <param name="Status">The status; null when the node cannot be reached or disappeared.</param>
/// <param name="SaysWhenToRetry">Whether the response has <c>Retry-After</c>.</param>
internal sealed record SendAnswer(HttpStatusCode? Status, bool SaysWhenToRetry)
{
    /// <summary>Gets the value for no response.</summary>
    public static SendAnswer None { get; } = new(null, false);

    /// <summary>Gets whether the response is valid: accepted, refused with a retry delay, or none at all.</summary>
    public bool IsProper => Status is null or HttpStatusCode.OK || (Status == HttpStatusCode.ServiceUnavailable && SaysWhenToRetry);

    /// <summary>Returns the kind of response for a report.</summary>
    public override string ToString() => Status is not { } status
        ? "no answer"
        : ((int)status).ToString(CultureInfo.InvariantCulture) + (
            status == HttpStatusCode.ServiceUnavailable && !SaysWhenToRetry ? " without Retry-After" : "");
}
