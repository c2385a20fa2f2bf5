using Notify.ProtocolHost;

await ProtocolApp.Build(WebApplication.CreateBuilder(args)).RunAsync();
