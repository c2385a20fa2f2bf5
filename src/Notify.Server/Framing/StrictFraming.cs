using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Net.Http.Headers;

namespace Notify.Server.Framing;

/// <summary>
/// Refuses requests whose end another program might see in another place: a proxy that does could be made to pass on a request that it
/// has never looked at.
/// </summary>
internal static class StrictFraming
{
    // Kestrel takes a line that ends with LF alone, unless this is set.
    private const string NoLineFeeds = "Microsoft.AspNetCore.Server.Kestrel.DisableHttp1LineFeedTerminators";

    /// <summary>Makes Kestrel refuse lines that end with LF alone, in this process, and lengths that are not made of digits.</summary>
    public static void BeStrict(this KestrelServerOptions kestrel)
    {
        AppContext.SetSwitch(NoLineFeeds, isEnabled: true);
        kestrel.RequestHeaderEncodingSelector = static header =>
            header.Equals(HeaderNames.ContentLength, StringComparison.OrdinalIgnoreCase) ? DigitEncoding.Instance : null;
    }
}
