using System.Globalization;

namespace Notify.Chaos;

/// <summary>Holds the command line.</summary>
/// <param name="Minutes">How long new faults are injected.</param>
/// <param name="Nodes">The number of nodes: 3 or 5.</param>
/// <param name="IsMemory">Whether the nodes use the memory store instead of PostgreSQL.</param>
/// <param name="Seed">The seed that determines the faults and their victims.</param>
/// <param name="Only">A text that the names of the faults must contain; null for all of them.</param>
internal sealed record ChaosOptions(double Minutes, int Nodes, bool IsMemory, int Seed, string? Only = null)
{
    private static readonly string[] Kinds =
    [
        "kill", "owner", "asked", "oldest", "crash", "freeze", "pause", "partition", "link", "one-way", "transaction", "leave", "restart",
    ];

    /// <summary>The usage of the tool.</summary>
    public static readonly string Usage =
        $"usage: tests/chaos [--minutes N] [--nodes 3|5] [--store postgres|memory] [--seed N] [--only {string.Join('|', Kinds)}]";

    /// <summary>Parses a command line; null when it is invalid.</summary>
    public static ChaosOptions? Read(IReadOnlyList<string> arguments)
    {
        var options = new ChaosOptions(10, 3, false, Random.Shared.Next(1_000_000));
        if (arguments.Count % 2 != 0)
        {
            return null;
        }

        foreach (var pair in arguments.Chunk(2))
        {
            ChaosOptions? read = (pair[0], pair[1]) switch
            {
                ("--minutes", var text) when double.TryParse(text, CultureInfo.InvariantCulture, out var minutes) && minutes > 0 =>
                    options with { Minutes = minutes },
                ("--nodes", "3" or "5") => options with { Nodes = pair[1][0] - '0' },
                ("--store", "postgres" or "memory") => options with { IsMemory = pair[1] == "memory" },
                ("--only", var kind) when Kinds.Contains(kind) => options with { Only = kind },
                ("--seed", var text) when int.TryParse(text, CultureInfo.InvariantCulture, out var seed) => options with { Seed = seed },
                _ => null,
            };
            if (read is null)
            {
                return null;
            }

            options = read;
        }

        // Without a database there are no transactions.
        return options is { IsMemory: true, Only: "transaction" } ? null : options;
    }
}
