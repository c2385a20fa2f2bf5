using BenchmarkDotNet.Running;
using Notify.Benchmarks.Load;
using Notify.Benchmarks.Scale;

// "load …" puts load on a running server, "scale …" simulates large clusters. Everything else is for BenchmarkDotNet, which asks for a
// choice without arguments.
return args switch
{
    ["load", .. var rest] => await LoadCommand.RunAsync(rest),
    ["scale", .. var rest] => ScaleCommand.Run(rest),
    _ => BenchmarkSwitcher.FromAssembly(typeof(LoadCommand).Assembly).Run(args).Any(summary => summary.HasCriticalValidationErrors) ? 1 : 0,
};
