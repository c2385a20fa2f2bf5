using Notify.Server;
using Notify.Server.Options;

var builder = NotifyHost.CreateBuilder(args);
NotifyOptions options;
try
{
    options = NotifyOptionsLoader.Load(EnvironmentVariables.Read(), builder.Configuration);
}
catch (OptionsException exception)
{
    await Console.Error.WriteLineAsync("Notify cannot start with these settings:");
    foreach (var error in exception.Errors)
    {
        await Console.Error.WriteLineAsync("  " + error);
    }

    return 2;
}

await NotifyHost.Build(builder, options).RunAsync();
return Environment.ExitCode;
