using System.Text.Json;

namespace Notify.Server.Tests.Operators;

/// <summary>Reads members of a JSON object.</summary>
internal static class JsonElementExtensions
{
    public static string Text(this JsonElement json, string member) => json.GetProperty(member).GetString()!;
}
