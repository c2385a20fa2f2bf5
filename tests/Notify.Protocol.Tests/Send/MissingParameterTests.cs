namespace Notify.Protocol.Tests.Send;

public sealed class MissingParameterTests
{
    [Theory]
    [InlineData(null, "")]
    [InlineData(null, "channel=C&notification=hi")]
    [InlineData("", "channel=C&notification=hi")]
    [InlineData("text/plain", """{"channel":"C","notification":"hi"}""")]
    [InlineData("text/plain; charset=latin1", """{"channel":"C","notification":"hi"}""")]
    [InlineData("multipart/form-data; boundary=x", "--x--")]
    [InlineData("application/vnd.api+json", """{"channel":"C","notification":"hi"}""")]
    [InlineData("application/json, text/plain", """{"channel":"C","notification":"hi"}""")]
    [InlineData("application/json; charset", """{"channel":"C","notification":"hi"}""")]
    [InlineData("application/json;", """{"channel":"C","notification":"hi"}""")]
    public void A_body_of_an_unread_kind_has_no_parameters(string? contentType, string body) =>
        Assert.Equal(SendCase.Missing, SendCase.Outcome(contentType, body));

    [Theory]
    [InlineData("")]
    [InlineData("\uFEFF")]
    [InlineData("notification=hi")]
    [InlineData("channel=C")]
    [InlineData("channel=C&notification=")]
    [InlineData("channel=C&notification")]
    [InlineData("channel=&notification=hi")]
    [InlineData("channel=C&notification.a=1")]
    [InlineData("channel=C;notification=hi")]
    [InlineData("?channel=C&notification=hi")]
    [InlineData("__proto__[channel]=C&__proto__[notification]=hi")]
    public void A_form_without_both_parameters_is_missing_them(string body) =>
        Assert.Equal(SendCase.Missing, SendCase.Outcome(SendCase.Form, body));

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("""[{"channel":"C","notification":"hi"}]""")]
    [InlineData("""{"notification":"hi"}""")]
    [InlineData("""{"channel":"C"}""")]
    [InlineData("""{"__proto__":{"channel":"C","notification":"hi"}}""")]
    [InlineData("""{"x":{"channel":"C","notification":"hi"}}""")]
    public void JSON_without_both_parameters_is_missing_them(string body) =>
        Assert.Equal(SendCase.Missing, SendCase.Outcome(SendCase.Json, body));

    [Theory]
    [InlineData("0")]
    [InlineData("-0")]
    [InlineData("0.0e5")]
    [InlineData("1e-400")]
    [InlineData("false")]
    [InlineData("null")]
    [InlineData("\"\"")]
    public void A_falsy_value_is_missing(string value)
    {
        Assert.Equal(SendCase.Missing, SendCase.Outcome(SendCase.Json, $$"""{"channel":"C","notification":{{value}}}"""));
        Assert.Equal(SendCase.Missing, SendCase.Outcome(SendCase.Json, $$"""{"channel":{{value}},"notification":"hi"}"""));
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("1.0")]
    [InlineData("true")]
    [InlineData("\"0\"")]
    [InlineData("\"\\u0000\"")]
    [InlineData("1e400")]
    public void A_truthy_notification_is_passed_on_as_it_came(string value) =>
        Assert.Equal($"""["C"] {value}""", SendCase.Outcome(SendCase.Json, $$"""{"channel":"C","notification":{{value}}}"""));

    [Fact]
    public void Zero_in_a_form_is_text_and_so_present() =>
        Assert.Equal("""["C"] "0" """.TrimEnd(), SendCase.Outcome(SendCase.Form, "channel=C&notification=0"));
}
