namespace Notify.Server.Tests.Send;

internal static class ChannelRows
{
    public static IReadOnlyList<SendRow> All =>
    [
        To("5", "<5>1"),
        To("true", "<true>1"),
        To("{}", "<[object Object]>1"),
        To("""{"forEach":1}""", "<[object Object]>1") with { Original = "500; a member of that name is no reason to fail" },
        SendRow.Form("channel[forEach]=x", "channel[forEach]=x&notification=1", "<[object Object]>\"1\"") with
        {
            Original = "500; as above"
        },
        To("[]", ""),
        To("""["C","a"]""", "<C>1 <a>1"),
        To("""["C","C"]""", "<C>1 <C>1"),
        To("""["","a"]""", "<a>1 <>1"),
        To("""[5,"5",null,true,{}]""", "<5>1 <5>1 <[object Object]>1 <null>1 <true>1"),
        To("""[["b","c"]]""", "<b,c>1"),
        To("[[1,2],[]]", "<>1 <1,2>1"),
        To("\" C \"", "< C >1"),
        SendRow.Json("channel and notification outside ASCII", """{"channel":"é","notification":"ü€😀"}""", "<é>\"ü€😀\""),
    ];

    private static SendRow To(string channel, string delivered) =>
        SendRow.Json("to channel " + channel, $$"""{"channel":{{channel}},"notification":1}""", delivered);
}
