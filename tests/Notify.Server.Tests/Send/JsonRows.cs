using System.Text;

namespace Notify.Server.Tests.Send;

/// <summary>
/// Lists JSON notifications, which are delivered as their original text. The original server serializes the value again. A client reads the
/// same value from both, except for one row.
/// </summary>
internal static class JsonRows
{
    public static IReadOnlyList<SendRow> All =>
    [
        SendRow.Json("malformed", """{"channel":"C" """).BadRequest(),
        SendRow.Json("single quotes", "{'channel':'C','notification':'hi'}").BadRequest(),
        SendRow.Json("top-level string", "\"text\"").BadRequest(),
        SendRow.Json("top-level number", "5").BadRequest(),
        SendRow.Json("top-level null", "null").BadRequest(),
        SendRow.Json("top-level []", "[]").Missing(),
        SendRow.Json("white space then object", " \r\n\t{\"channel\":\"C\",\"notification\":\"ws\"}", "<C>\"ws\""),
        SendRow.Json("BOM then object", "\uFEFF{\"channel\":\"C\",\"notification\":\"bom\"}", "<C>\"bom\""),
        SendRow.Json("trailing comma", """{"channel":"C","notification":"x",}""").BadRequest(),
        SendRow.Json("comment", """{/* c */"channel":"C","notification":"x"}""").BadRequest(),
        SendRow.Json("NaN", """{"channel":"C","notification":NaN}""").BadRequest(),
        SendRow.Json("charset=latin1", """{"channel":"C","notification":"x"}""", contentType: "application/json; charset=latin1")
            .Unsupported(),
        SendRow.Of(
            "charset=utf-16le",
            "application/json; charset=utf-16le",
            Encoding.Unicode.GetBytes("""{"channel":"C","notification":"u16"}"""),
            "<C>\"u16\""),
        SendRow.Of("invalid UTF-8", SendRow.JsonType, [.. """{"channel":"C","notification":"a"""u8, 0xFF, .. "b\"}"u8], "<C>\"a\uFFFDb\""),
        SendRow.Json("duplicate keys", """{"channel":"a","channel":"C","notification":"first","notification":"last"}""", "<C>\"last\""),
        Say("integer-like keys", """{"b":1,"2":2,"1":3}"""),
        Say("big integer", """{"n":12345678901234567890}"""),
        Say("1e400", """{"n":1e400}""") with { Original = """{"n":null}; ours is read as Infinity""" },
        Say("-0 and 1E2", "[-0,1E2,1.50]"),
        Say("lone surrogate", @"""x\ud83dy"""),
        Say("escapes", @"""\u0000\u001e \/\u00e9"""),
        Say("__proto__", """{"__proto__":{"x":1},"k":1}"""),
        Say("_placeholder look-alike", """{"_placeholder":true,"num":0}"""),
    ];

    private static SendRow Say(string name, string json) =>
        SendRow.Json(name, $$"""{"channel":"C","notification":{{json}}}""", "<C>" + json);
}
