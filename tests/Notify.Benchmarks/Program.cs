using BenchmarkDotNet.Running;
using Notify.Benchmarks.Load;

// "load …" puts load on a running server. Everything else is for BenchmarkDotNet, which asks for a choice without arguments.
return args is ["load", .. var rest]
    ? await LoadCommand.RunAsync(rest)
    : BenchmarkSwitcher.FromAssembly(typeof(LoadCommand).Assembly).Run(args).Any(summary => summary.HasCriticalValidationErrors) ? 1 : 0;
