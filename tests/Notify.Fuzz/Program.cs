return await Notify.Fuzz.FuzzCommand.RunAsync(args);
