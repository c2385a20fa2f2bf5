namespace Notify.Server.Tests.Send;

internal static class SecretRows
{
    private const string Body = "channel=C&notification=hi";

    public static IReadOnlyList<SendRow> All =>
    [
        Hi("form, right secret", "notification_secret: S1"),
        Hi("no secret header").Unauthorized(),
        Hi("wrong secret", "notification_secret: wrong").Unauthorized(),
        Hi("secret with other case", "notification_secret: s1").Unauthorized(),
        Hi("empty secret", "notification_secret: ").Unauthorized(),
        Hi("header in upper case", "NOTIFICATION_SECRET: S1"),
        Hi("header with a hyphen", "notification-secret: S1") with
        {
            Original = "401; proxies drop underscores, so the hyphen is accepted"
        },
        Hi("header twice", "notification_secret: S1", "notification_secret: S1").Unauthorized(),
        Hi("secret surrounded by spaces", "notification_secret:   S1  "),
        (SendRow.Form("secret only in the body", Body + "&notification_secret=S1") with { Secret = [] }).Unauthorized(),
        (SendRow.Json("wrong secret and malformed JSON", "{bad") with { Secret = ["notification_secret: wrong"] }).BadRequest(),
        (SendRow.Form("wrong secret and missing parameters", "") with { Secret = ["notification_secret: wrong"] }).Unauthorized(),
    ];

    private static SendRow Hi(string name, params string[] secret) => SendRow.Form(name, Body, "<C>\"hi\"") with { Secret = secret };
}
