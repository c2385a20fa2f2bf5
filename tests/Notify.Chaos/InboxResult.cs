using System.Diagnostics;

namespace Notify.Chaos;

/// <summary>
/// Holds the result of the check of inboxes: every device received each notification that was not gone, its versions are one chain with
/// those of all other devices, and at the end everything shows what the answered publishes and marks amount to.
/// </summary>
internal sealed record InboxResult
{
    private const int Examples = 10;

    /// <summary>Gets the number of notifications, not gone, that a device did not receive.</summary>
    public int Lost { get; private init; }

    /// <summary>Gets the number of notifications that a device received more than once.</summary>
    public int Doubled { get; private init; }

    /// <summary>Gets the number of notifications and versions that did not follow the one before.</summary>
    public int OutOfOrder { get; private init; }

    /// <summary>Gets the number of items that are not marked as was answered.</summary>
    public int MarksLost { get; private init; }

    /// <summary>Gets the number of versions whose numbers differ between devices, answers, or a count by hand.</summary>
    public int DifferentNumbers { get; private init; }

    /// <summary>Gets the number of notifications that were deleted or replaced.</summary>
    public int Gone { get; private init; }

    /// <summary>Gets the number of versions that both devices of a user were told, so that their numbers were compared.</summary>
    public int Shared { get; private init; }

    /// <summary>Gets a sentence for each error; empty when there is none.</summary>
    public required IReadOnlyList<string> Findings { get; init; }

    /// <summary>Adds results.</summary>
    public static InboxResult Sum(IReadOnlyList<InboxResult> results) => new()
    {
        Lost = results.Sum(result => result.Lost),
        Doubled = results.Sum(result => result.Doubled),
        OutOfOrder = results.Sum(result => result.OutOfOrder),
        MarksLost = results.Sum(result => result.MarksLost),
        DifferentNumbers = results.Sum(result => result.DifferentNumbers),
        Gone = results.Sum(result => result.Gone),
        Shared = results.Sum(result => result.Shared),
        Findings = [.. results.SelectMany(result => result.Findings)],
    };

    /// <summary>
    /// Waits until the devices of a user, who has stopped, show what the nodes count or no longer can, and checks the inbox.
    /// </summary>
    public static async Task<InboxResult> OfAsync(InboxUser user)
    {
        var stored = await user.CountAsync();
        for (var began = Stopwatch.GetTimestamp();
            !user.Devices.All(device => device.Shown == stored) && Stopwatch.GetElapsedTime(began) < TestTimeouts.Limit;)
        {
            await Task.Delay(50);
        }

        return Of(user, stored, await user.ListAsync());
    }

    private static InboxResult Of(InboxUser user, InboxVersion stored, IReadOnlyDictionary<long, InboxItem> listed)
    {
        var findings = new List<string>();
        var (lost, doubled, reordered) = (0, 0, 0);
        foreach (var device in user.Devices)
        {
            reordered += Find(device.Complaints, "errors in what a device was told");
            doubled += Find(
                device.Received.GroupBy(offset => offset).Where(offset => offset.Count() > 1).Select(offset => offset.Key),
                "notifications told more than once");

            // The first publish came before the devices.
            lost += Find(
                user.Model.Published.Except(device.Received).Where(offset => offset > 1 && !user.Model.IsGone(offset)),
                "notifications accepted and not told");
            if (device.Losses > 0)
            {
                findings.Add($"{user.Channel}: a device heard {device.Losses} times that history was lost");
            }
        }

        var told = user.Devices.SelectMany(device => device.Told).Concat(user.Answered).Distinct().ToList();
        reordered += Find(Breaks(told), "versions that are not one chain");
        var different = Find(
            told.GroupBy(version => (version.Epoch, version.Offset, version.Revision))
                .Where(version => version.Count() > 1)
                .Select(version => string.Join(" and ", version.Select(one => $"{one} {one.Numbers}"))),
            "versions with several numbers");

        var expected = user.Model.Items();
        var marks = Find(
            expected.Keys.Union(listed.Keys)
                .Where(offset => expected.GetValueOrDefault(offset) != listed.GetValueOrDefault(offset))
                .Select(offset => $"{offset} is {Text(listed.GetValueOrDefault(offset))} "
                    + $"instead of {Text(expected.GetValueOrDefault(offset))}"),
            "items that are not as answered");
        var byHand = InboxItem.Count([.. listed.Values]);
        different += Find(
            user.Devices.Select(device => device.Shown)
                .Append(stored)
                .Where(version => version is null || version != stored || version.Numbers != byHand)
                .Select(version => $"{version} {version?.Numbers} beside {stored} {byHand}"),
            "numbers at the end that are not those of the list");
        findings.AddRange(user.Improper.Distinct());
        return new InboxResult
        {
            Lost = lost,
            Doubled = doubled,
            OutOfOrder = reordered,
            MarksLost = marks,
            DifferentNumbers = different,
            Gone = user.Model.Published.Count(user.Model.IsGone),
            Shared = user.Devices.Select(device => device.Told.ToHashSet()).Aggregate((one, two) => [.. one.Intersect(two)]).Count,
            Findings = findings,
        };

        int Find<T>(IEnumerable<T> what, string fault)
        {
            var all = what.ToList();
            if (all.Count > 0)
            {
                findings.Add($"{user.Channel}: {all.Count} {fault}: {string.Join(", ", all.Take(Examples))}");
            }

            return all.Count;
        }
    }

    private static string Text(InboxItem? item) => item?.ToString() ?? "no item";

    private static IEnumerable<string> Breaks(IEnumerable<InboxVersion> told) => told
        .GroupBy(version => version.Epoch)
        .Select(epoch => epoch.OrderBy(version => version.Offset).ThenBy(version => version.Revision).ToList())
        .SelectMany(chain => chain.Zip(chain.Skip(1)))
        .Where(pair => !pair.Second.MayFollow(pair.First))
        .Select(pair => $"{pair.First} and {pair.Second}");
}
