using System.Text.Json;
using Notify.Broker.Inboxes;

namespace Notify.Server.Inboxes;

/// <summary>Writes what clients are told of announcements as JSON.</summary>
internal static class AnnouncementJson
{
    /// <summary>Writes the head of an announcement channel, from which a client counts what its user has not read.</summary>
    public static void WriteNews(Utf8JsonWriter json, AnnouncementNews news)
    {
        InboxJson.WriteVersion(json, news.Channel, news.Head, news.Revision);
        json.WriteNumber("floor"u8, news.Floor);
        json.WriteNumber("backlog"u8, news.Backlog);
        InboxJson.Write(json, "gone"u8, news.Gone);
    }

    /// <summary>Writes what a user has done with announcements; nothing for a user who follows none.</summary>
    public static void WriteFollows(Utf8JsonWriter json, FollowSet follows)
    {
        if (follows.Count == 0)
        {
            return;
        }

        json.WriteStartObject("follows"u8);
        foreach (var follow in follows)
        {
            json.WriteStartObject(follow.Name);
            json.WriteString("epoch"u8, follow.Epoch);
            json.WriteNumber("from"u8, follow.From);
            InboxJson.Write(json, "seen"u8, follow.Seen);
            InboxJson.Write(json, "read"u8, follow.Read);
            InboxJson.Write(json, "archived"u8, follow.Archived);
            InboxJson.Write(json, "gone"u8, follow.Gone);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }
}
