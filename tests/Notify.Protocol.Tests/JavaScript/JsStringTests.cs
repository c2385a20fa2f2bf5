using System.Text.Json;
using CsCheck;
using Notify.Protocol.JavaScript;

namespace Notify.Protocol.Tests.JavaScript;

public sealed class JsStringTests
{
    [Theory]
    [InlineData("5", "5")]
    [InlineData("1.0", "1")]
    [InlineData("-0", "0")]
    [InlineData("-1.50", "-1.5")]
    [InlineData("1e21", "1e+21")]
    [InlineData("123456789012345680000", "123456789012345680000")]
    [InlineData("12345678901234567890", "12345678901234567000")]
    [InlineData("999999999999999900000", "999999999999999900000")]
    [InlineData("1e20", "100000000000000000000")]
    [InlineData("0.000001", "0.000001")]
    [InlineData("0.0000001", "1e-7")]
    [InlineData("-1.25e-9", "-1.25e-9")]
    [InlineData("0.1", "0.1")]
    [InlineData("123456.789", "123456.789")]
    [InlineData("5e-324", "5e-324")]
    [InlineData("1.7976931348623157e308", "1.7976931348623157e+308")]
    [InlineData("1e400", "Infinity")]
    [InlineData("-1e400", "-Infinity")]
    [InlineData("1e99999999999999", "Infinity")]
    [InlineData("1e-400", "0")]
    public void A_number_reads_as_in_JavaScript(string json, string text) => Assert.Equal(text, From(json));

    [Theory]
    [InlineData("true", "true")]
    [InlineData("false", "false")]
    [InlineData("null", "null")]
    [InlineData("{}", "[object Object]")]
    [InlineData("""{"toString":1}""", "[object Object]")]
    [InlineData("[]", "")]
    [InlineData("[null]", "")]
    [InlineData("[1,2]", "1,2")]
    [InlineData("""["x","y"]""", "x,y")]
    [InlineData("[1,[null,2,[]],{},null]", "1,,2,,[object Object],")]
    public void Other_values_read_as_in_JavaScript(string json, string text) => Assert.Equal(text, From(json));

    [Theory]
    [InlineData(@"""\b\f\n\r\t\""\\\/\u0041""", "\b\f\n\r\t\"\\/A")]
    [InlineData(@"""\ud83d\ude00""", "😀")]
    [InlineData(@"""\ud83d""", "\uFFFD")]
    [InlineData(@"""\ude00\ud83dx""", "\uFFFD\uFFFDx")]
    [InlineData("\"é\\u00e9\"", "éé")]
    public void A_string_is_its_text_with_lone_surrogates_replaced(string json, string text) => Assert.Equal(text, From(json));

    [Fact]
    public void No_value_is_undefined() => Assert.Equal("undefined", JsString.From(default));

    [Fact]
    public void A_number_reads_back() => Gen.Double.Where(double.IsFinite).Sample(value =>
        double.Parse(JsNumber.Format(value), System.Globalization.CultureInfo.InvariantCulture) == value);

    [Theory]
    [InlineData("\"\"", false)]
    [InlineData("0", false)]
    [InlineData("-0.0", false)]
    [InlineData("1e-400", false)]
    [InlineData("false", false)]
    [InlineData("null", false)]
    [InlineData("\"0\"", true)]
    [InlineData("1e400", true)]
    [InlineData("5e-324", true)]
    [InlineData("true", true)]
    [InlineData("[]", true)]
    [InlineData("{}", true)]
    public void Truth_is_JavaScripts(string json, bool truthy)
    {
        using var document = JsonDocument.Parse(json);
        Assert.Equal(truthy, JsTruth.IsTruthy(document.RootElement));
    }

    private static string From(string json)
    {
        using var document = JsonDocument.Parse(json);
        return JsString.From(document.RootElement);
    }
}
