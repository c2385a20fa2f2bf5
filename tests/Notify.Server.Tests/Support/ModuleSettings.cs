using System.Runtime.CompilerServices;

namespace Notify.Server.Tests.Support;

internal static class ModuleSettings
{
    [ModuleInitializer]
    public static void Set()
    {
        // Each host would otherwise watch its folder, and the tests start many hosts.
        Environment.SetEnvironmentVariable("DOTNET_HOSTBUILDER__RELOADCONFIGONCHANGE", "false");

        // Tests that compute occupy threads, and the pool adds others only twice a second: the timers of all servers would be late.
        ThreadPool.SetMinThreads(32, 32);
    }
}
