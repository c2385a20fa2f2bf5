using Notify.Broker.Inboxes;
using Notify.Server.Api;

namespace Notify.Server.Inboxes;

/// <summary>Reads which notifications a backend recalls.</summary>
internal static class RecallReader
{
    private const int MaxIdBytes = 64;
    private const int MaxKeyBytes = 64;

    /// <summary>Reads the members of a request; null when there is an error.</summary>
    public static InboxMarkRequest? Read(ApiObject fields)
    {
        var (id, key, epoch) = (fields.Text("id", MaxIdBytes), fields.Text("collapseKey", MaxKeyBytes), fields.Text("epoch", MaxIdBytes));
        if (fields.Problem is not null)
        {
            return null;
        }

        var reader = new MarkReader();
        var offsets = reader.Offsets(fields.Root);
        if (reader.Problem is { } problem)
        {
            fields.Refuse(problem);
        }
        else if (new[] { id is not null, key is not null, offsets is not null }.Count(static each => each) != 1)
        {
            fields.Refuse("A recall needs exactly one of id, collapseKey and offsets.");
        }
        else if ((offsets is null) != (epoch is null))
        {
            fields.Refuse("offsets and epoch are given together: offsets count within the epoch that the inbox was read with.");
        }

        var ids = id is null ? Array.Empty<string>() : [MarkReader.IdOf(id)];
        return fields.Problem is null
            ? new InboxMarkRequest(InboxMarkKind.Recalled, epoch, offsets, ids, IsAll: false) { CollapseKey = key }
            : null;
    }
}
