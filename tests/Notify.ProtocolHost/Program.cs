using Notify.ProtocolHost;

await ProtocolApp.Build(WebApplication.CreateBuilder(args), TimeSpan.FromMilliseconds(300), TimeSpan.FromMilliseconds(200)).RunAsync();
