using System.Runtime.CompilerServices;

namespace Notify.Server.Tests.Support;

internal static class ModuleSettings
{
    // Each host would otherwise watch its folder, and the tests start many hosts.
    [ModuleInitializer]
    public static void Set() => Environment.SetEnvironmentVariable("DOTNET_HOSTBUILDER__RELOADCONFIGONCHANGE", "false");
}
