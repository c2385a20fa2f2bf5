using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Notify.Client;

/// <summary>Represents a notification that a listener has received.</summary>
/// <param name="Channel">The channel.</param>
/// <param name="Id">The id of the publish. It is the same in all channels of one send.</param>
/// <param name="At">When the server ordered it.</param>
/// <param name="Position">Its position; null for a notification to this connection alone, which is not stored.</param>
/// <param name="Data">What the backend has sent.</param>
public sealed record Notification(string Channel, string Id, DateTimeOffset At, NotifyPosition? Position, JsonElement Data)
{
    /// <summary>Reads the data as a type of your own.</summary>
    /// <param name="type">The type, from a <see cref="System.Text.Json.Serialization.JsonSerializerContext"/>.</param>
    /// <typeparam name="T">The type.</typeparam>
    public T? Read<T>(JsonTypeInfo<T> type) => Data.Deserialize(type);

    /// <summary>Reads the data as a type of your own.</summary>
    /// <param name="options">How to read it; null for the defaults of the web: names in camel case.</param>
    /// <typeparam name="T">The type.</typeparam>
    [RequiresUnreferencedCode(NotifyJson.Reflection)]
    [RequiresDynamicCode(NotifyJson.Reflection)]
    public T? Read<T>(JsonSerializerOptions? options = null) => Data.Deserialize<T>(options ?? JsonSerializerOptions.Web);
}
