using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Notify.Server.Operators;

/// <summary>Reads and writes the JSON of operators: the answers of the API, and the questions that nodes ask each other.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(StatusQuestion))]
[JsonSerializable(typeof(NodeStatus))]
[JsonSerializable(typeof(ConnectionQuestion))]
[JsonSerializable(typeof(ConnectionPage))]
[JsonSerializable(typeof(ConnectionId))]
[JsonSerializable(typeof(ConnectionDetail))]
[JsonSerializable(typeof(TrailQuestion))]
[JsonSerializable(typeof(TrailReport))]
[JsonSerializable(typeof(TailQuestion))]
[JsonSerializable(typeof(TailReport))]
[JsonSerializable(typeof(TailItem))]
[JsonSerializable(typeof(IReadOnlyList<string>))]
[JsonSerializable(typeof(NodesAnswer))]
[JsonSerializable(typeof(NodeTroublesAnswer))]
[JsonSerializable(typeof(TroublesAnswer))]
[JsonSerializable(typeof(OverviewAnswer))]
[JsonSerializable(typeof(ConnectionsAnswer))]
[JsonSerializable(typeof(ConnectionAnswer))]
[JsonSerializable(typeof(NotificationsAnswer))]
[JsonSerializable(typeof(ConfigAnswer))]
[JsonSerializable(typeof(SecretAnswer))]
internal sealed partial class OperatorJson : JsonSerializerContext
{
    /// <summary>Gets the context. Names stay readable, because the text is never embedded in HTML.</summary>
    public static OperatorJson Readable { get; } = new(new JsonSerializerOptions(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        NumberHandling = JsonNumberHandling.Strict,
        Converters = { new JsonTimeConverter() },
    });
}
