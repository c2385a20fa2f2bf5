using System.Text.Json;

namespace Notify.Chaos;

/// <summary>Holds the numbers of an inbox at one version, as a node told or answered them.</summary>
/// <param name="Epoch">The epoch.</param>
/// <param name="Offset">The offset of the newest notification.</param>
/// <param name="Revision">The number of changes of the marks.</param>
/// <param name="Numbers">The numbers of items.</param>
internal sealed record InboxVersion(string Epoch, long Offset, long Revision, InboxNumbers Numbers)
{
    /// <summary>Reads an event, or an answer of the API.</summary>
    public static InboxVersion Read(JsonElement json) => new(
        json.GetProperty("epoch").GetString()!,
        json.GetProperty("offset").GetInt64(),
        json.GetProperty("rev").GetInt64(),
        new InboxNumbers(
            json.GetProperty("unread").GetInt64(),
            json.GetProperty("unseen").GetInt64(),
            json.GetProperty("total").GetInt64(),
            json.GetProperty("archived").GetInt64()));

    /// <summary>Returns whether this version may be told after another one of its epoch.</summary>
    public bool MayFollow(InboxVersion other) => Offset >= other.Offset && Revision >= other.Revision;

    /// <summary>Returns the version for a report.</summary>
    public override string ToString() => $"{Epoch}/{Offset}/{Revision}";
}
