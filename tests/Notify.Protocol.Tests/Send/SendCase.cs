using System.Text;
using Notify.Protocol.Send;

namespace Notify.Protocol.Tests.Send;

/// <summary>Parses a body and formats the result in one line, like the tables of the original server's behavior.</summary>
internal static class SendCase
{
    public const string Json = "application/json";
    public const string Form = "application/x-www-form-urlencoded";
    public const string Missing = "missing";

    /// <summary>Returns the status, <c>missing</c>, or <c>["channel",…] notification</c>.</summary>
    public static string Outcome(string? contentType, ReadOnlyMemory<byte> body)
    {
        var parse = SendRequestParser.Parse(contentType, body);
        if (parse.Status != SendParseStatus.Parsed)
        {
            Assert.Null(parse.Request);
            return parse.Status.ToString();
        }

        if (parse.Request is null)
        {
            return Missing;
        }

        var channels = string.Join(',', parse.Request.Channels.Select(name => $"\"{name}\""));
        return $"[{channels}] " + Encoding.UTF8.GetString(parse.Request.Notification.Span);
    }

    public static string Outcome(string? contentType, string body) => Outcome(contentType, Encoding.UTF8.GetBytes(body));
}
