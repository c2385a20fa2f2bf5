using System.Text;
using BenchmarkDotNet.Attributes;
using Notify.Protocol.Send;

namespace Notify.Benchmarks.Micro;

/// <summary>Measures the parsing of <c>/send</c> bodies.</summary>
[MemoryDiagnoser]
public class FormBodyBenchmarks
{
    private static readonly byte[] Form = Encoding.ASCII.GetBytes(
        "channel=my%20channel&notification%5Btitle%5D=Hello&notification%5Btext%5D=You+have+mail&notification%5Bunread%5D=3");
    private static readonly byte[] Json =
        Encoding.ASCII.GetBytes("""{"channel":["user:1","user:2"],"notification":{"title":"Hello","text":"You have mail","unread":3}}""");
    private static readonly SendContentType FormType = SendContentType.Parse("application/x-www-form-urlencoded");
    private static readonly SendContentType JsonType = SendContentType.Parse("application/json");

    /// <summary>Parses a form as for the original server.</summary>
    [Benchmark]
    public SendParseStatus NestedForm() => SendRequestParser.Parse(FormType, Form).Status;

    /// <summary>Parses the same content as JSON.</summary>
    [Benchmark]
    public SendParseStatus JsonBody() => SendRequestParser.Parse(JsonType, Json).Status;
}
