namespace Notify.Server.Tests.Send;

/// <summary>Forms in parts, as PHP sends an array; the original does not read them.</summary>
internal static class MultipartRows
{
    private const string Original = "406 \"Missing parameters\": it does not read parts";
    private const string Type = "multipart/form-data; boundary=x";

    private const string NestedJson = """{"t":["é=&[x]=+%41"]}""";

    private static readonly (string, string) Nested = ("notification[t][0]", "é=&[x]=+%41");
    private static readonly string Deep = "notification" + string.Concat(Enumerable.Repeat("[k]", 33));
    private static readonly string Both = Parts(("channel", "C"), ("notification", "hi"));

    public static IReadOnlyList<SendRow> All =>
    [
        Row("parts", Both, "<C>\"hi\""),
        Row("parts, nested names", Parts(("channel[]", "a"), ("channel[1]", "b"), Nested), $"<a>{NestedJson} <b>{NestedJson}"),
        Row("parts, other fields", Parts(("x", "1"), ("channel", "C"), ("notification[a]", "1\r\n2")), """<C>{"a":"1\r\n2"}"""),
        Row("parts, quoted boundary, other case", Both, "<C>\"hi\"", "Multipart/Form-Data; charset=utf-8; boundary=\"x\""),
        Row("parts, one missing", Parts(("channel", "C"))).Missing(),
        Row("parts, none", "--x--\r\n").Missing(),
        Row("parts, no body", "").Missing(),
        Row("parts, a file", Parts(("channel", "C"), ("notification\"; filename=\"a.txt", "hi"))).Unsupported(),
        Row("parts, a part without a name's header", "--x\r\nContent-Type: text/plain\r\n\r\nhi\r\n--x--\r\n").BadRequest(),
        Row("parts, cut", Both[..^8]).BadRequest(),
        Row("parts, no boundary in the body", "channel=C&notification=hi").BadRequest(),
        Row("parts, too many", Parts(Many(999))).TooLarge(),
        Row("parts, as many as there may be", Parts(Many(998)), "<C>\"hi\""),
        Row("parts, a name that nests too deep", Parts(("channel", "C"), (Deep, "v"))).BadRequest(),
        Row("parts, longer than NOTIFY_MAX_BODY", Parts(("channel", "C"), ("notification", new string('x', 1_100_000)))).TooLarge(),

        // As before: nothing tells where a part ends.
        SendRow.Form("parts, no boundary", Both, contentType: "multipart/form-data").Missing(),
        SendRow.Form("parts of another kind", Both, contentType: "multipart/mixed; boundary=x").Missing(),
        SendRow.Form("parts, wrong secret", Both, contentType: Type).Unauthorized() with { Secret = ["notification_secret: wrong"] },
    ];

    private static SendRow Row(string name, string body, string delivered = "", string type = Type) =>
        SendRow.Form(name, body, delivered, type) with { Original = Original };

    private static IEnumerable<(string, string)> Many(int others) =>
        [("channel", "C"), ("notification", "hi"), .. Enumerable.Repeat(("a", "1"), others)];

    private static string Parts(params IEnumerable<(string Name, string Value)> fields) => string.Concat(fields.Select(Part)) + "--x--\r\n";

    private static string Part((string Name, string Value) field) =>
        $"--x\r\nContent-Disposition: form-data; name=\"{field.Name}\"\r\n\r\n{field.Value}\r\n";
}
