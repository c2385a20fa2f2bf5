namespace Notify.Protocol.Tests.Send;

public sealed class FormBodyTests
{
    [Theory]
    [InlineData("notification=hi", "\"hi\"")]
    [InlineData("notification[description]=some+text", """{"description":"some text"}""")]
    [InlineData("notification[a][b][c]=1&notification[a][d]=2", """{"a":{"b":{"c":"1"},"d":"2"}}""")]
    [InlineData("notification[]=1&notification[]=2", """["1","2"]""")]
    [InlineData("notification[a][]=1&notification[a][]=2", """{"a":["1","2"]}""")]
    [InlineData("notification[0][k]=1&notification[1][k]=2", """[{"k":"1"},{"k":"2"}]""")]
    [InlineData("notification[][k]=1&notification[][k]=2", """[{"k":["1","2"]}]""")]
    [InlineData("notification[][a]=1&notification[][b]=2", """[{"a":"1","b":"2"}]""")]
    [InlineData("notification=a&notification=b", """["a","b"]""")]
    [InlineData("notification[a]=1&notification=2", """[{"a":"1"},"2"]""")]
    [InlineData("notification[a]=1&notification=2&[notification]=3&notification[1]=4", """[{"a":"1"},"2","3","4"]""")]
    [InlineData("notification[a]=1&notification=2&notification[b]=3&[notification]=4", """{"0":{"a":"1"},"1":"2","2":"4","b":"3"}""")]
    [InlineData("notification=2&notification[a]=1", """["2",{"a":"1"}]""")]
    [InlineData("notification[a]=1&notification[a]=2", """{"a":["1","2"]}""")]
    [InlineData("notification[a]=1&notification[a][b]=2", """{"a":["1",{"b":"2"}]}""")]
    [InlineData("notification[0]=x&notification[k]=y", """{"0":"x","k":"y"}""")]
    [InlineData("notification[k]=y&notification[200]=x&notification[101]=z", """{"101":"z","200":"x","k":"y"}""")]
    [InlineData("notification[200]=x&notification=y", """{"200":"x","201":"y"}""")]
    [InlineData("notification=y&notification[200]=x", """{"0":"y","201":"x"}""")]
    [InlineData("notification[01]=x", """{"01":"x"}""")]
    [InlineData("notification[-1]=x", """{"-1":"x"}""")]
    public void Names_describe_lists_and_objects(string body, string notification) => AssertNotification(body, notification);

    [Theory]
    [InlineData("notification[a=1", """{"[a":"1"}""")]
    [InlineData("notification]=1&notification=z", "\"z\"")]
    [InlineData("notification[a]b=1", """{"a":"1"}""")]
    [InlineData("notification[a[b]]=1", """{"a[b]":"1"}""")]
    [InlineData("[notification]=x", "\"x\"")]
    [InlineData("notification[__proto__][x]=1&notification[k]=1", """{"k":"1"}""")]
    [InlineData("notification[hasOwnProperty]=1", """{"hasOwnProperty":"1"}""")]
    [InlineData("notification[toString]=1", """{"toString":"1"}""")]
    public void Odd_names_mean_what_qs_says(string body, string notification) => AssertNotification(body, notification);

    [Theory]
    [InlineData("notification=a+b%2Bc", "\"a b+c\"")]
    [InlineData("notification=a%zzb+c", "\"a%zzb c\"")]
    [InlineData("notification=caf%E9", "\"caf%E9\"")]
    [InlineData("notification=%ED%A0%80", "\"%ED%A0%80\"")]
    [InlineData("notification=%5B%zz", "\"[%zz\"")]
    [InlineData("notification=%E2%82%AC", "\"€\"")]
    [InlineData("notification=%F0%9F%98%80", "\"😀\"")]
    [InlineData("notification=€é", "\"€é\"")]
    [InlineData("notification=a=b=c", "\"a=b=c\"")]
    [InlineData("notification=a%0D%0Ab", @"""a\r\nb""")]
    [InlineData("notification=%00%1f%22%5C%7F%08%09%0C", "\"\\u0000\\u001f\\\"\\\\\u007F\\b\\t\\f\"")]
    [InlineData("notification=&#10003;&notification=hi", """["","hi"]""")]
    [InlineData("notification=%26#10003;", "\"&#10003;\"")]
    [InlineData("&&notification=hi&&", "\"hi\"")]
    [InlineData("\uFEFF&notification=hi", "\"hi\"")]
    public void Values_are_decoded_as_qs_decodes_them(string body, string notification) => AssertNotification(body, notification);

    [Theory]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(32)]
    public void Names_may_nest(int depth)
    {
        var notification = string.Concat(Enumerable.Repeat("{\"k\":", depth)) + "\"v\"" + new string('}', depth);
        AssertNotification("notification" + string.Concat(Enumerable.Repeat("[k]", depth)) + "=v", notification);
    }

    [Theory]
    [InlineData("notification", 33)]
    [InlineData("notification", 40)]
    [InlineData("something", 33)]
    public void Names_that_nest_deeper_are_a_bad_request(string name, int depth)
    {
        var body = "channel=C&notification=hi&" + name + string.Concat(Enumerable.Repeat("[k]", depth)) + "=v";
        Assert.Equal("BadRequest", SendCase.Outcome(SendCase.Form, body));
    }

    [Fact]
    public void A_thousand_parameters_are_read() =>
        Assert.Equal(
            "[\"C\"] \"hi\"",
            SendCase.Outcome(SendCase.Form, "channel=C&notification=hi" + string.Concat(Enumerable.Repeat("&x=1", 998))));

    [Fact]
    public void One_parameter_more_is_too_large() =>
        Assert.Equal(
            "PayloadTooLarge",
            SendCase.Outcome(SendCase.Form, "channel=C&notification=hi" + string.Concat(Enumerable.Repeat("&x=1", 999))));

    [Fact]
    public void A_list_is_as_long_as_the_form_has_parameters() => AssertNotification(
        string.Join('&', Enumerable.Range(0, 150).Select(i => $"notification[]={i}")),
        "[" + string.Join(',', Enumerable.Range(0, 150).Select(i => $"\"{i}\"")) + "]");

    [Fact]
    public void A_list_that_passes_its_limit_becomes_an_object() =>
        AssertNotification("notification[99]=a&notification=b&notification[x]=c", """{"99":"a","100":"b","x":"c"}""");

    [Theory]
    [InlineData("; charset=utf-8", "[\"C\"] \"hi\"")]
    [InlineData("; charset=UTF-8", "[\"C\"] \"hi\"")]
    [InlineData("; charset=\"utf-8\"", "[\"C\"] \"hi\"")]
    [InlineData("; charset=iso-8859-1", "UnsupportedMediaType")]
    [InlineData("; charset=utf8", "UnsupportedMediaType")]
    [InlineData("; charset=utf-16le", "UnsupportedMediaType")]
    public void A_form_is_UTF_8(string parameter, string outcome) =>
        Assert.Equal(outcome, SendCase.Outcome(SendCase.Form + parameter, "channel=C&notification=hi"));

    [Fact]
    public void Invalid_bytes_are_replaced() =>
        Assert.Equal("[\"C\"] \"a�b\"", SendCase.Outcome(SendCase.Form, (byte[])[.. "channel=C&notification=a"u8, 0xFF, .. "b"u8]));

    private static void AssertNotification(string body, string notification) =>
        Assert.Equal("[\"C\"] " + notification, SendCase.Outcome(SendCase.Form, body + "&channel=C"));
}
