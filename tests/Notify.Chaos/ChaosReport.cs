using System.Globalization;

namespace Notify.Chaos;

/// <summary>Prints the results: a line for each fault, and the totals at the end.</summary>
internal sealed class ChaosReport(TextWriter output)
{
    private readonly List<Fault> _mishaps = [];

    /// <summary>Prints a line with the time.</summary>
    public void Say(string text) => output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{DateTime.UtcNow:HH:mm:ss} {text}"));

    /// <summary>Prints a fault.</summary>
    /// <param name="mishap">The fault.</param>
    /// <param name="ready">The time from its beginning until all nodes were ready again.</param>
    /// <param name="gap">The longest time without an accepted publish.</param>
    /// <param name="accepted">The number of accepted publishes so far.</param>
    public void Add(Fault mishap, TimeSpan ready, TimeSpan gap, int accepted)
    {
        _mishaps.Add(mishap);
        Say(string.Create(
            CultureInfo.InvariantCulture,
            $"{mishap.Kind}: {mishap.Victims}; sends to every channel succeed after {mishap.Failover.TotalSeconds:0.0} s, "
            + $"all nodes ready after {ready.TotalSeconds:0.0} s, at most {gap.TotalSeconds:0.0} s without an accepted send; "
            + $"{accepted} accepted so far"));
    }

    /// <summary>Prints the totals.</summary>
    public void Sum(Workload scene, CheckResult verdict, IReadOnlyCollection<string> exits)
    {
        output.WriteLine();
        output.WriteLine("event                                          count   failover min / median / max");
        foreach (var kind in _mishaps.GroupBy(mishap => mishap.Kind).OrderBy(kind => kind.Key, StringComparer.Ordinal))
        {
            output.WriteLine(Row(kind.Key, [.. kind.Select(mishap => mishap.Failover.TotalSeconds)]));
        }

        var kills = _mishaps.Where(mishap => mishap.Kind.StartsWith("kill", StringComparison.Ordinal))
            .Select(mishap => mishap.Failover.TotalSeconds)
            .ToList();
        if (kills.Count > 0)
        {
            output.WriteLine(Row("all kills", kills));
        }

        var waits = scene.Backends.SelectMany(backend => backend.Waits).ToList();
        var refusals = scene.Backends
            .SelectMany(backend => backend.Refusals)
            .GroupBy(refusal => refusal.Key, refusal => refusal.Value)
            .Select(
            kind => $"{kind.Key} {kind.Sum()} times");
        output.WriteLine();
        foreach (var (name, value) in new (string, object)[]
        {
            ("sends accepted", scene.Accepted),
            ("lost", verdict.Lost),
            ("doubled", verdict.Doubled),
            ("out of order", verdict.OutOfOrder),
            ("channels in different orders", verdict.DifferentOrders),
            ("told and never sent", verdict.Invented),
            ("clients that heard of a loss", verdict.Losses),
            ("connections of clients that ended", scene.Reconnects),
            ("answers other than 200", string.Join(", ", refusals.DefaultIfEmpty("none"))),
            ("longest time until a send was accepted", Seconds(waits.DefaultIfEmpty().Max())),
            ("longest time without an accepted send", Seconds(scene.LongestGap())),
            ("sends that failed twice", scene.Backends.Sum(backend => backend.FailedTwice.Count)),
            ("exits that no event explains", exits.Count == 0 ? "none" : string.Join(", ", exits)),
        })
        {
            output.WriteLine($"{name + ':',-40} {value}");
        }
    }

    /// <summary>Prints the totals of the inboxes.</summary>
    public void Sum(IReadOnlyList<InboxUser> users, InboxResult result)
    {
        output.WriteLine();
        foreach (var (name, value) in new (string, object)[]
        {
            ("users with two devices", users.Count),
            ("publishes to their inboxes", users.Sum(user => user.Model.Published.Count)),
            ("of them replaced or deleted at the end", result.Gone),
            ("marks answered", users.Sum(user => user.Model.Marks)),
            ("requests repeated", users.Sum(user => user.Repeated)),
            ("connections of devices that ended", users.Sum(user => user.Devices.Sum(device => device.Reconnects))),
            ("states told", users.Sum(user => user.Devices.Sum(device => device.Told.Count))),
            ("versions told to both devices", result.Shared),
            ("notifications lost", result.Lost),
            ("notifications doubled", result.Doubled),
            ("notifications or versions out of order", result.OutOfOrder),
            ("marks lost", result.MarksLost),
            ("numbers that differ", result.DifferentNumbers),
        })
        {
            output.WriteLine($"{name + ':',-40} {value}");
        }
    }

    /// <summary>Prints the findings, or that there are none.</summary>
    public void Conclude(IReadOnlyCollection<string> findings)
    {
        output.WriteLine();
        output.WriteLine(findings.Count == 0 ? "Every guarantee held." : "BROKEN:\n" + string.Join('\n', findings));
    }

    private static string Seconds(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.0} s");

    private static string Row(string kind, List<double> seconds)
    {
        seconds.Sort();
        var median = (seconds[(seconds.Count - 1) / 2] + seconds[seconds.Count / 2]) / 2;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{kind,-45} {seconds.Count,6}   {seconds[0]:0.0} / {median:0.0} / {seconds[^1]:0.0} s");
    }
}
