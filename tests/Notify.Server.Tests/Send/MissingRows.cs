using System.Text;

namespace Notify.Server.Tests.Send;

internal static class MissingRows
{
    private const string Json = """{"channel":"C","notification":"hi"}""";

    public static IReadOnlyList<SendRow> All =>
    [
        new SendRow("no body at all, no content type").Missing(),
        (new SendRow("body, no content type") with { Body = Encoding.UTF8.GetBytes("channel=C&notification=hi") }).Missing(),
        SendRow.Json("text/plain with JSON", Json, contentType: "text/plain").Missing(),
        SendRow.Json("application/vnd.api+json", Json, contentType: "application/vnd.api+json").Missing(),
        SendRow.Json("content type in other case, with a charset", Json, "<C>\"hi\"", "Application/JSON; charset=UTF-8"),
        SendRow.Form("empty form body", "").Missing(),
        SendRow.Json("empty JSON body", "").Missing(),
        SendRow.Form("no channel", "notification=hi").Missing(),
        SendRow.Form("no notification", "channel=C").Missing(),
        SendRow.Form("empty notification", "channel=C&notification=").Missing(),
        SendRow.Form("key without =", "channel=C&notification").Missing(),
        SendRow.Form("empty channel", "channel=&notification=hi").Missing(),
        Notification("0").Missing(),
        Notification("false").Missing(),
        Notification("null").Missing(),
        Notification("\"\"").Missing(),
        SendRow.Form("notification 0 in a form", "channel=C&notification=0", "<C>\"0\""),
        Notification("[]"),
        Notification("{}"),
        Notification("1.0"),
        Notification("true"),
        Channel("0").Missing(),
        Channel("false").Missing(),
        Channel("null").Missing(),
    ];

    private static SendRow Notification(string json) =>
        SendRow.Json("notification " + json, $$"""{"channel":"C","notification":{{json}}}""", "<C>" + json);

    private static SendRow Channel(string json) => SendRow.Json("channel " + json, $$"""{"channel":{{json}},"notification":"hi"}""");
}
