using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Notify.Server.Framing;

/// <summary>
/// Refuses requests whose end another program might see in another place: a proxy that does could be made to pass on a request that it
/// has never looked at.
/// </summary>
internal static class StrictFraming
{
    // Kestrel takes a line that ends with LF alone, unless this is set.
    private const string NoLineFeeds = "Microsoft.AspNetCore.Server.Kestrel.DisableHttp1LineFeedTerminators";

    /// <summary>Makes Kestrel refuse lines that end with LF alone, in this process.</summary>
    public static void BeStrict(this KestrelServerOptions _) => AppContext.SetSwitch(NoLineFeeds, isEnabled: true);
}
