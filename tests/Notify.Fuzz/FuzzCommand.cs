using System.Globalization;

namespace Notify.Fuzz;

/// <summary>Runs the targets and reports the results. The last line counts the targets without an escape and those with one.</summary>
internal static class FuzzCommand
{
    private const int DefaultSeconds = 10;

    // As many as the cores of a small machine, so that ten seconds are ten seconds of work.
    private const int AtOnce = 2;

    // A run that exceeds its time by this much counts as endless.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(60);

    public static async Task<int> RunAsync(string[] args)
    {
        if (!TryRead(args, out var seconds, out var name, out var seed))
        {
            var names = string.Join(", ", FuzzTargets.All.Select(target => target.Name));
            Console.Error.WriteLine($"usage: Notify.Fuzz [--seconds N] [--target NAME] [--seed N]; the targets are {names}");
            return 2;
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"seed {seed}, {seconds} s for each target"));
        var (passed, failed) = (0, 0);
        var report = new Lock();
        var targets = FuzzTargets.All.Where(target => name is null || target.Name == name);
        var options = new ParallelOptions { MaxDegreeOfParallelism = AtOnce };
        await Parallel.ForEachAsync(targets, options, async (target, _) =>
        {
            var run = new FuzzRun(target, seed);
            var time = TimeSpan.FromSeconds(seconds);
            var running = Task.Factory.StartNew(
                () => run.Run(time), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            if (await Task.WhenAny(running, Task.Delay(time + Grace, CancellationToken.None)) != running)
            {
                Console.WriteLine($"{target.Name}: an input does not end: {run.SaveCurrent()}");
                Environment.Exit(1);
            }

            var result = await running;
            lock (report)
            {
                Console.WriteLine(result);
                foreach (var escape in result.Escapes)
                {
                    Console.WriteLine("  " + escape.ReplaceLineEndings("\n  "));
                }

                (passed, failed) = result.Escapes.Count == 0 ? (passed + 1, failed) : (passed, failed + 1);
            }
        });
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{passed} passed, {failed} failed"));
        return failed == 0 && passed > 0 ? 0 : 1;
    }

    private static bool TryRead(string[] args, out int seconds, out string? name, out int seed)
    {
        (seconds, name, seed) = (DefaultSeconds, null, Random.Shared.Next());
        for (var i = 0; i < args.Length; i += 2)
        {
            var value = i + 1 < args.Length ? args[i + 1] : "";
            var isRead = args[i] switch
            {
                "--seconds" => int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out seconds),
                "--seed" => int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out seed),
                "--target" => FuzzTargets.All.Any(target => target.Name == value),
                _ => false,
            };
            if (!isRead)
            {
                return false;
            }

            name = args[i] == "--target" ? value : name;
        }

        return true;
    }
}
