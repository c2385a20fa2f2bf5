namespace Notify.Chaos;

/// <summary>Holds the result of the check that every client received everything that was accepted, once and in the same order.</summary>
internal sealed record CheckResult
{
    private const int Examples = 10;

    /// <summary>Gets the number of accepted notifications that a client did not receive.</summary>
    public int Lost { get; private init; }

    /// <summary>Gets the number of notifications that a client received more than once.</summary>
    public int Doubled { get; private init; }

    /// <summary>
    /// Gets the number of notifications of one backend that arrived in another order, or did not follow the previous position.
    /// </summary>
    public int OutOfOrder { get; private init; }

    /// <summary>Gets the number of channels whose clients received different orders.</summary>
    public int DifferentOrders { get; private init; }

    /// <summary>Gets the number of notifications that were received and never published.</summary>
    public int Invented { get; private init; }

    /// <summary>Gets the number of reports of lost history to clients.</summary>
    public int Losses { get; private init; }

    /// <summary>Gets a sentence for each error; empty when there is none.</summary>
    public required IReadOnlyList<string> Findings { get; init; }

    /// <summary>Checks the deliveries.</summary>
    /// <param name="senders">The accepted publishes of each backend, in order.</param>
    /// <param name="clients">The deliveries to each client.</param>
    /// <param name="mayLose">Whether a channel's history may be lost, as with the memory store, if its clients are informed.</param>
    public static CheckResult Of(
        IReadOnlyCollection<IReadOnlyCollection<Accepted>> senders, IReadOnlyCollection<DeliveryReport> clients, bool mayLose)
    {
        var findings = new List<string>();
        var (lost, doubled, reordered, different, invented) = (0, 0, 0, 0, 0);
        foreach (var channel in clients.GroupBy(client => client.Channel))
        {
            var sent = senders.Select(sender => sender.Where(send => send.Channel == channel.Key).Select(send => send.Id).ToList())
                .ToList();
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

            // The errors of a single client were reported above.
            if (channel
                .Where(client => client.Losses == 0)
                .Select(client => string.Join(' ', client.Told.Distinct()))
                .Distinct()
                .Count() > 1)
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

        return new CheckResult
        {
            Lost = lost,
            Doubled = doubled,
            OutOfOrder = reordered,
            DifferentOrders = different,
            Invented = invented,
            Losses = losses,
            Findings = findings,
        };
    }

    // Notifications that arrived before one that was published earlier.
    private static IEnumerable<string> Overtaking(IReadOnlyList<string> sent, IReadOnlyCollection<string> told)
    {
        var places = sent.Select((id, place) => (id, place)).ToDictionary(send => send.id, send => send.place);
        var mine = told.Distinct().Where(places.ContainsKey).ToList();
        return mine.Zip(mine.Skip(1)).Where(pair => places[pair.First] > places[pair.Second]).Select(
            pair => $"{pair.First} before {pair.Second}");
    }
}
