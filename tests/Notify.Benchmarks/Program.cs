using BenchmarkDotNet.Running;
using Notify.Benchmarks.Load;

// "load …" puts load on a server that runs; anything else is for BenchmarkDotNet, which asks when there is nothing.
return args is ["load", .. var rest]
    ? await LoadCommand.RunAsync(rest)
    : BenchmarkSwitcher.FromAssembly(typeof(LoadCommand).Assembly).Run(args).Any(summary => summary.HasCriticalValidationErrors) ? 1 : 0;
