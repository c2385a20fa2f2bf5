namespace Notify.Storage.Postgres;

/// <summary>
/// Decides from the database's own record and from the findings of a node whether the database may have lost the end of its history.
/// </summary>
/// <param name="IsToBeNoted">Whether the findings must be recorded in the database.</param>
/// <param name="IsToBeRenewed">Whether all epochs must be renewed.</param>
/// <param name="Noticed">A sentence for the operator about the loss; null when there is none.</param>
internal readonly record struct HistoryVerdict(bool IsToBeNoted, bool IsToBeRenewed, string? Noticed)
{
    /// <summary>Compares the database's record with the node's findings.</summary>
    /// <param name="noted">The database's record.</param>
    /// <param name="found">The node's findings.</param>
    public static HistoryVerdict Of(HistoryNote noted, HistoryFound found)
    {
        if (noted.Generation < found.Generation)
        {
            return Renew("The database is an older copy of itself (its generation is lower than the one this node has seen).");
        }

        if (found.HasWitness is false)
        {
            return Renew(
                "The newest notification that this node had stored is missing: "
                + "an older copy of the database was restored, or a replica that was behind was promoted.");
        }

        if (noted.Writer is null)
        {
            // The first start with a schema that has this record.
            return new HistoryVerdict(true, false, null);
        }

        if (noted.Writer != noted.RowWriter)
        {
            return Renew("The database was restored from a dump, or copied by logical replication.");
        }

        if (noted.System is { } system && found.System is { } other && system != other)
        {
            return Renew(
                $"The database is on another server (system identifier {other} after {system}): it was restored, copied or upgraded.");
        }

        if (noted.Timeline is { } timeline && found.Timeline is { } next && timeline != next)
        {
            // A replica that the server waited for has everything that was acknowledged. Each node checks this for its own writes.
            return found.WasSynchronous && found.HasWitness is true
                ? new HistoryVerdict(
                    true,
                    false,
                    $"The server's timeline is {next} after {timeline}. Nothing that this node had stored is lost, "
                    + "and replication was synchronous: epochs stay.")
                : Renew($"The server's timeline is {next} after {timeline}: a replica was promoted, or a backup was restored.");
        }

        return new HistoryVerdict(
            (noted.System is null && found.System is not null) || (noted.Timeline is null && found.Timeline is not null), false, null);
    }

    private static HistoryVerdict Renew(string noticed) => new(true, true, noticed);
}
