using System.Text.Json;
using System.Text.Json.Serialization;

namespace Notify.Client;

/// <summary>Reads and writes the JSON of the server, without reflection.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, MaxDepth = MaxDepth, NumberHandling = JsonNumberHandling.Strict)]
[JsonSerializable(typeof(ServerMessage))]
[JsonSerializable(typeof(SendAnswer))]
[JsonSerializable(typeof(ProblemAnswer))]
internal sealed partial class NotifyJson : JsonSerializerContext
{
    /// <summary>The warning of methods that need reflection.</summary>
    public const string Reflection = "Serializes with reflection. Give a JsonTypeInfo in trimmed and native programs.";

    /// <summary>The depth of a message: that of a notification, which the server limits to 1000, and of its envelope.</summary>
    public const int MaxDepth = 1010;
}
