using Notify.Server;

return await ServerProcess.RunAsync(args);
