using System.Text;

namespace Notify.Broker.Channels;

/// <summary>Defines channel names: any text of at most <see cref="MaxBytes"/> bytes, also the empty one, as in socket.io-notify.</summary>
public static class ChannelName
{
    /// <summary>The length of the longest name, in bytes of UTF-8.</summary>
    public const int MaxBytes = 200;

    // Sharding silently drops messages with an empty entity id, and socket.io-notify delivers to the channel "".
    private const string EntityPrefix = "c";

    /// <summary>
    /// Converts <paramref name="text"/> to a channel name: lone surrogates become U+FFFD, so that equal names are equal on every node
    /// and in every store. Returns false if it is longer than <see cref="MaxBytes"/>.
    /// </summary>
    public static bool TryCreate(string text, out string name)
    {
        name = text;
        if (text.Length > MaxBytes)
        {
            return false;
        }

        if (HasLoneSurrogate(text))
        {
            name = Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
        }

        return Encoding.UTF8.GetByteCount(name) <= MaxBytes;
    }

    /// <summary>Gets the sharding entity id of a channel.</summary>
    public static string ToEntityId(string name) => EntityPrefix + name;

    /// <summary>Gets the channel of a sharding entity id.</summary>
    public static string FromEntityId(string entityId) => entityId[EntityPrefix.Length..];

    private static bool HasLoneSurrogate(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i]))
            {
                continue;
            }

            if (i + 1 >= text.Length || !char.IsSurrogatePair(text[i], text[i + 1]))
            {
                return true;
            }

            i++;
        }

        return false;
    }
}
