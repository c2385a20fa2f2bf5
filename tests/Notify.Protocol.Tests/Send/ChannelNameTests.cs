namespace Notify.Protocol.Tests.Send;

public sealed class ChannelNameTests
{
    [Theory]
    [InlineData("\"C\"", """["C"]""")]
    [InlineData("5", """["5"]""")]
    [InlineData("5.0", """["5"]""")]
    [InlineData("true", """["true"]""")]
    [InlineData("{}", """["[object Object]"]""")]
    [InlineData("""{"forEach":1}""", """["[object Object]"]""")]
    [InlineData("""{"toString":1}""", """["[object Object]"]""")]
    [InlineData("[]", "[]")]
    [InlineData("""["C","a"]""", """["C","a"]""")]
    [InlineData("""["C","C"]""", """["C","C"]""")]
    [InlineData("""["","a"]""", """["","a"]""")]
    [InlineData("""[5,"5",null,true,{}]""", """["5","5","null","true","[object Object]"]""")]
    [InlineData("""[["b","c"]]""", """["b,c"]""")]
    [InlineData("[[1,2],[]]", """["1,2",""]""")]
    [InlineData("\" C \"", """[" C "]""")]
    [InlineData("\"é\"", """["é"]""")]
    [InlineData(@"""\u00e9\/\ud83d\ude00""", """["é/😀"]""")]
    [InlineData(@"""a\ud83db""", """["a�b"]""")]
    [InlineData(@"""\ude00\ud83d""", """["��"]""")]
    public void A_JSON_channel_is_named_as_JavaScript_names_it(string channel, string names) =>
        Assert.Equal(names + " 1", SendCase.Outcome(SendCase.Json, $$"""{"channel":{{channel}},"notification":1}"""));

    [Theory]
    [InlineData("channel[]=a&channel[]=b", """["a","b"]""")]
    [InlineData("channel%5B%5D=a&channel%5B%5D=b", """["a","b"]""")]
    [InlineData("channel=a&channel=b", """["a","b"]""")]
    [InlineData("channel[]=a", """["a"]""")]
    [InlineData("channel[0]=a&channel[1]=b", """["a","b"]""")]
    [InlineData("channel[1]=a&channel[0]=b", """["b","a"]""")]
    [InlineData("channel[7]=a", """["a"]""")]
    [InlineData("channel[99]=a", """["a"]""")]
    [InlineData("channel[100]=a", """["[object Object]"]""")]
    [InlineData("channel[101]=a", """["[object Object]"]""")]
    [InlineData("channel[x]=a", """["[object Object]"]""")]
    [InlineData("channel[forEach]=x", """["[object Object]"]""")]
    [InlineData("channel[toString]=x", """["[object Object]"]""")]
    [InlineData("channel=a&channel[]=b", """["a","b"]""")]
    [InlineData("channel=a&channel[x]=b", """["a","[object Object]"]""")]
    [InlineData("channel[]=a&channel[x]=b", """["[object Object]"]""")]
    [InlineData("channel[]=", """[""]""")]
    [InlineData("channel=C,a", """["C,a"]""")]
    [InlineData("channel[0][]=a&channel[0][1]=b&channel[1]=c", """["a,b","c"]""")]
    [InlineData("ch%61nnel=C", """["C"]""")]
    [InlineData("[channel]=C", """["C"]""")]
    public void A_form_channel_is_named_as_JavaScript_names_it(string channel, string names)
    {
        Assert.Equal(names + " \"hi\"", SendCase.Outcome(SendCase.Form, channel + "&notification=hi"));
        Assert.Equal(names + " \"hi\"", SendCase.Outcome(SendCase.Form, "notification=hi&" + channel));
    }

    [Fact]
    public void Twenty_five_elements_are_still_a_list()
    {
        var body = string.Concat(Enumerable.Repeat("channel[]=a&", 25)) + "notification=hi";
        Assert.Equal("[" + string.Join(',', Enumerable.Repeat("\"a\"", 25)) + "] \"hi\"", SendCase.Outcome(SendCase.Form, body));
    }
}
