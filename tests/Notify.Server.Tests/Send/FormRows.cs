namespace Notify.Server.Tests.Send;

internal static class FormRows
{
    private const string Newest = "the versions that its lock file holds; we follow the newest of the same ranges";

    public static IReadOnlyList<SendRow> All => [.. Channels, .. Notifications, .. Nestings, .. Escapes, .. Limits];

    private static IEnumerable<SendRow> Channels =>
    [
        To("channel[]=a&channel[]=b", "<a>\"hi\" <b>\"hi\""),
        To("channel%5B%5D=a&channel%5B%5D=b", "<a>\"hi\" <b>\"hi\""),
        To("channel=a&channel=b", "<a>\"hi\" <b>\"hi\""),
        To("channel[]=a", "<a>\"hi\""),
        To("channel[0]=a&channel[1]=b", "<a>\"hi\" <b>\"hi\""),
        To("channel[1]=a&channel[0]=b", "<a>\"hi\" <b>\"hi\""),
        To("channel[7]=a", "<a>\"hi\""),
        To("channel[100]=a", "<[object Object]>\"hi\"") with { Original = "a list: " + Newest },
        To("channel[101]=a", "<[object Object]>\"hi\""),
        To("channel[x]=a", "<[object Object]>\"hi\""),
        To("channel=a&channel[]=b", "<a>\"hi\" <b>\"hi\""),
        To("channel=a&channel[x]=b", "<a>\"hi\" <[object Object]>\"hi\""),
        To("channel[]=a&channel[x]=b", "<[object Object]>\"hi\""),
        To("channel[]=", "<>\"hi\""),
        To("channel=C,a", ""),
        To("ch%61nnel=C", "<C>\"hi\""),
        To(string.Join('&', Enumerable.Repeat("channel[]=a", 25)), string.Join(' ', Enumerable.Repeat("<a>\"hi\"", 25))) with
        {
            Name = "25 elements channel[]"
        },
    ];

    private static IEnumerable<SendRow> Notifications =>
    [
        Say("notification[description]=some+text", """{"description":"some text"}"""),
        Say("notification[a][b][c]=1&notification[a][d]=2", """{"a":{"b":{"c":"1"},"d":"2"}}"""),
        Say("notification[]=1&notification[]=2", """["1","2"]"""),
        Say("notification[a][]=1&notification[a][]=2", """{"a":["1","2"]}"""),
        Say("notification[0][k]=1&notification[1][k]=2", """[{"k":"1"},{"k":"2"}]"""),
        Say("notification[][k]=1&notification[][k]=2", """[{"k":["1","2"]}]"""),
        Say("notification[][a]=1&notification[][b]=2", """[{"a":"1","b":"2"}]"""),
        Say("notification=a&notification=b", """["a","b"]"""),
        Say("notification[a]=1&notification=2", """[{"a":"1"},"2"]""") with { Original = """{"2":true,"a":"1"}: """ + Newest },
        Say("notification=2&notification[a]=1", """["2",{"a":"1"}]"""),
        Say("notification[a]=1&notification[a]=2", """{"a":["1","2"]}"""),
        Say("notification[a]=1&notification[a][b]=2", """{"a":["1",{"b":"2"}]}"""),
        Say("notification[0]=x&notification[k]=y", """{"0":"x","k":"y"}"""),
        Say("notification.a=1", "").Missing(),
        Say("notification[a=1", """{"[a":"1"}""") with { Original = "\"1\": " + Newest },
        Say("notification]=1&notification=z", "\"z\"") with { Original = """["1","z"]: """ + Newest },
        Say("notification[a]b=1", """{"a":"1"}"""),
        Say("notification[a[b]]=1", """{"a[b]":"1"}""") with { Original = """{"b":"1"}: """ + Newest },
        Say("[notification]=x", "\"x\""),
        Say("notification[__proto__][x]=1&notification[k]=1", """{"k":"1"}"""),
        Say("notification[hasOwnProperty]=1", """{"hasOwnProperty":"1"}"""),
        Say("notification[toString]=1", """{"toString":"1"}"""),
    ];

    private static IEnumerable<SendRow> Nestings =>
    [
        Nested(5), Nested(6), Nested(32),
        Nested(33).BadRequest() with { Original = "any depth: " + Newest },
        Nested(40).BadRequest() with { Original = "any depth: " + Newest },
    ];

    private static IEnumerable<SendRow> Escapes =>
    [
        Say("notification=a+b%2Bc", "\"a b+c\""),
        Say("notification=a%zzb+c", "\"a%zzb c\"") with { Original = "\"a%zzb+c\": " + Newest },
        Say("notification=caf%E9", "\"caf%E9\""),
        Say("notification=%E2%82%AC", "\"€\""),
        Say("notification=€é", "\"€é\""),
        SendRow.Form("semicolon as delimiter", "channel=C;notification=hi").Missing(),
        Say("&&notification=hi&&", "\"hi\""),
        Say("notification=a=b=c", "\"a=b=c\""),
        Say("notification=a%0D%0Ab", @"""a\r\nb"""),
        SendRow.Form("leading ?", "?channel=C&notification=hi").Missing(),
        Say("notification=%26#10003;", "\"&#10003;\""),
    ];

    private static IEnumerable<SendRow> Limits =>
    [
        Say("notification=hi" + string.Concat(Enumerable.Repeat("&x=1", 998)), "\"hi\"") with { Name = "1000 parameters" },
        (Say("notification=hi" + string.Concat(Enumerable.Repeat("&x=1", 999)), "") with { Name = "1001 parameters" }).TooLarge(),
        Say(
            string.Join('&', Enumerable.Range(0, 150).Select(i => $"notification[]={i}")),
            "[" + string.Join(',', Enumerable.Range(0, 150).Select(i => $"\"{i}\"")) + "]") with { Name = "notification[]: 150 elements" },
        SendRow.Form("form, charset=iso-8859-1", "channel=C&notification=hi", contentType: SendRow.FormType + "; charset=iso-8859-1")
            .Unsupported(),
        SendRow.Form("form, charset=utf-8", "channel=C&notification=hi", "<C>\"hi\"", SendRow.FormType + "; charset=utf-8"),
    ];

    private static SendRow To(string channel, string delivered) => SendRow.Form(channel, channel + "&notification=hi", delivered);

    private static SendRow Say(string notification, string json) => SendRow.Form(notification, "channel=C&" + notification, "<C>" + json);

    private static SendRow Nested(int depth) => Say(
        "notification" + string.Concat(Enumerable.Repeat("[k]", depth)) + "=v",
        string.Concat(Enumerable.Repeat("{\"k\":", depth)) + "\"v\"" + new string('}', depth)) with
    { Name = $"nesting {depth}" };
}
