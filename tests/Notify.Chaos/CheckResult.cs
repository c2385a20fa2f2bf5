namespace Notify.Chaos;

/// <summary>Whether every client was told everything that was accepted, once, all in one order.</summary>
internal sealed record CheckResult
{
    private const int Examples = 10;

    /// <summary>How many were accepted and not told to a client.</summary>
    public int Lost { get; private init; }

    /// <summary>How many were told to a client more than once.</summary>
    public int Doubled { get; private init; }

    /// <summary>How often what one backend sent one after the other was told in another order, or did not follow what was told before.</summary>
    public int OutOfOrder { get; private init; }

    /// <summary>How many channels were told to their clients in different orders.</summary>
    public int DifferentOrders { get; private init; }

    /// <summary>How many were told and never sent.</summary>
    public int Invented { get; private init; }

    /// <summary>How often a client heard that history was lost.</summary>
    public int Losses { get; private init; }

    /// <summary>What is wrong, in words; empty when nothing is.</summary>
    public required IReadOnlyList<string> Findings { get; init; }

    /// <summary>Judges.</summary>
    /// <param name="senders">What was accepted of each sender, in order.</param>
    /// <param name="clients">What each client heard.</param>
    /// <param name="mayLose">Whether a channel's history may be lost, as with the memory store, if its clients hear it.</param>
    public static CheckResult Of(IReadOnlyCollection<IReadOnlyCollection<Accepted>> senders, IReadOnlyCollection<DeliveryReport> clients, bool mayLose)
    {
        var findings = new List<string>();
        var (lost, doubled, reordered, different, invented) = (0, 0, 0, 0, 0);
        foreach (var channel in clients.GroupBy(client => client.Channel))
        {
            var sent = senders.Select(sender => sender.Where(send => send.Channel == channel.Key).Select(send => send.Id).ToList()).ToList();
            var accepted = sent.SelectMany(ids => ids).ToHashSet();
            foreach (var client in channel)
            {
                reordered += Find(client.Complaints, "does not follow");
                if (client.Losses > 0 && mayLose)
                {
                    continue;
                }

                var told = client.Told.ToHashSet();
                lost += Find(accepted.Except(told), "accepted and not told");
                doubled += Find(client.Told.GroupBy(id => id).Where(id => id.Count() > 1).Select(id => id.Key), "told more than once");
                invented += Find(told.Except(accepted), "told and never sent");
                reordered += sent.Sum(ids => Find(Overtaking(ids, client.Told), "told out of order"));
            }

            // What is wrong with one client alone was said above.
            if (channel.Where(client => client.Losses == 0).Select(client => string.Join(' ', client.Told.Distinct())).Distinct().Count() > 1)
            {
                different += Find([channel.Key], "told in different orders");
            }

            int Find(IEnumerable<string> what, string fault)
            {
                var all = what.ToList();
                if (all.Count > 0)
                {
                    findings.Add($"{channel.Key}: {all.Count} {fault}: {string.Join(", ", all.Take(Examples))}");
                }

                return all.Count;
            }
        }

        var losses = clients.Sum(client => client.Losses);
        if (losses > 0 && !mayLose)
        {
            findings.Add($"clients heard {losses} times that history was lost");
        }

        return new CheckResult { Lost = lost, Doubled = doubled, OutOfOrder = reordered, DifferentOrders = different, Invented = invented, Losses = losses, Findings = findings };
    }

    // Those that were told before one that was sent before them.
    private static IEnumerable<string> Overtaking(IReadOnlyList<string> sent, IReadOnlyCollection<string> told)
    {
        var places = sent.Select((id, place) => (id, place)).ToDictionary(send => send.id, send => send.place);
        var mine = told.Distinct().Where(places.ContainsKey).ToList();
        return mine.Zip(mine.Skip(1)).Where(pair => places[pair.First] > places[pair.Second]).Select(pair => $"{pair.First} before {pair.Second}");
    }
}
