using Microsoft.AspNetCore.Connections;
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

if (args.Contains("--health"))
{
    return await HealthProbe.RunAsync(options.Listen);
}

try
{
    await NotifyHost.Build(builder, options).RunAsync();
    return Environment.ExitCode;
}
catch (IOException exception) when (exception.InnerException is AddressInUseException)
{
    await Console.Error.WriteLineAsync($"Notify cannot start: PORT={options.Listen.Port} is in use by another program; stop that one or set PORT to another, for example PORT=3001");
    return 1;
}
