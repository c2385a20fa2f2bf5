using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Notify.Server.Tests.Support;

/// <summary>Receives what OpenTelemetry sends by OTLP over HTTP, and decodes the spans.</summary>
internal sealed class OtlpReceiver : IDisposable
{
    private readonly HttpListener _listener = new();
    private readonly ConcurrentQueue<OtlpSpan> _spans = new();
    private readonly ConcurrentQueue<byte[]> _bodies = new();
    private readonly ConcurrentQueue<string> _requests = new();

    /// <summary>Begins to listen on all interfaces.</summary>
    public OtlpReceiver()
    {
        Port = FindPort();
        _listener.Prefixes.Add(string.Create(CultureInfo.InvariantCulture, $"http://*:{Port}/"));
        _listener.Start();
        _ = RunAsync();
    }

    /// <summary>Gets the port.</summary>
    public int Port { get; }

    /// <summary>Gets the spans that were received.</summary>
    public IReadOnlyCollection<OtlpSpan> Spans => _spans;

    /// <summary>Gets the requests, as <c>/v1/traces header</c>.</summary>
    public IReadOnlyCollection<string> Requests => _requests;

    /// <summary>Returns whether a text is in a body that was received.</summary>
    public bool Contains(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return _bodies.Any(body => body.AsSpan().IndexOf(bytes) >= 0);
    }

    /// <summary>Returns the variables that make a process send to this receiver.</summary>
    public IEnumerable<(string Name, string Value)> Settings(
        string host, string sampler = "parentbased_traceidratio", string? ratio = "0") =>
    [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", string.Create(CultureInfo.InvariantCulture, $"http://{host}:{Port}")),
        ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
        ("OTEL_EXPORTER_OTLP_HEADERS", "x-planted=HEADER-Q7"),
        ("OTEL_BSP_SCHEDULE_DELAY", "100"),
        ("OTEL_METRIC_EXPORT_INTERVAL", "500"),
        ("OTEL_TRACES_SAMPLER", sampler),
        .. ratio is null ? ((string, string)[])[] : [("OTEL_TRACES_SAMPLER_ARG", ratio)],
    ];

    public void Dispose() => _listener.Close();

    private static int FindPort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    private async Task RunAsync()
    {
        while (true)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync();
            }
            catch (Exception exception) when (exception is HttpListenerException or ObjectDisposedException)
            {
                return;
            }

            using var body = new MemoryStream();
            await context.Request.InputStream.CopyToAsync(body);
            var bytes = body.ToArray();
            _bodies.Enqueue(bytes);
            _requests.Enqueue($"{context.Request.Url!.AbsolutePath} {context.Request.Headers["x-planted"]}");
            if (context.Request.Url.AbsolutePath == "/v1/traces")
            {
                foreach (var span in OtlpSpan.Decode(bytes))
                {
                    _spans.Enqueue(span);
                }
            }

            context.Response.StatusCode = 200;
            context.Response.Close();
        }
    }
}

/// <summary>Represents a span as it was received.</summary>
/// <param name="TraceId">The trace, in hexadecimal digits.</param>
/// <param name="SpanId">The span.</param>
/// <param name="ParentId">The parent; empty for none.</param>
/// <param name="Name">The name.</param>
/// <param name="Node">The instance that sent it.</param>
/// <param name="Attributes">The attributes, as text.</param>
/// <param name="Events">The names of its events.</param>
/// <param name="Links">The spans to which it is linked.</param>
/// <param name="Status">0 not set, 1 ok, 2 error.</param>
internal sealed record OtlpSpan(
    string TraceId,
    string SpanId,
    string ParentId,
    string Name,
    string Node,
    IReadOnlyDictionary<string, string> Attributes,
    IReadOnlyList<string> Events,
    IReadOnlyList<string> Links,
    int Status)
{
    /// <summary>Decodes a request of OTLP.</summary>
    public static IEnumerable<OtlpSpan> Decode(byte[] request)
    {
        foreach (var resource in Fields(request).Where(field => field.Number == 1))
        {
            var node = Fields(resource.Bytes)
                .Where(field => field.Number == 1)
                .SelectMany(field => Fields(field.Bytes).Where(inner => inner.Number == 1))
                .Select(field => Attribute(field.Bytes))
                .FirstOrDefault(attribute => attribute.Key == "service.instance.id").Value ?? "";
            foreach (var span in Fields(resource.Bytes)
                .Where(field => field.Number == 2)
                .SelectMany(field => Fields(field.Bytes).Where(inner => inner.Number == 2)))
            {
                yield return DecodeSpan(span.Bytes, node);
            }
        }
    }

    private static OtlpSpan DecodeSpan(byte[] bytes, string node)
    {
        var fields = Fields(bytes).ToList();
        return new OtlpSpan(
            Hex(1),
            Hex(2),
            Hex(4),
            Encoding.UTF8.GetString(fields.First(field => field.Number == 5).Bytes),
            node,
            fields.Where(field => field.Number == 9).Select(field => Attribute(field.Bytes)).ToDictionary(StringComparer.Ordinal),
            [.. Inner(11, 2).Select(Encoding.UTF8.GetString)],
            [.. Inner(13, 2).Select(Convert.ToHexStringLower)],
            (int)fields.Where(field => field.Number == 15)
                .SelectMany(field => Fields(field.Bytes).Where(inner => inner.Number == 3))
                .Select(field => field.Value)
                .FirstOrDefault());

        string Hex(int number) => Convert.ToHexStringLower(fields.FirstOrDefault(field => field.Number == number).Bytes ?? []);

        IEnumerable<byte[]> Inner(int number, int inner) => fields
            .Where(field => field.Number == number)
            .Select(field => Fields(field.Bytes).First(part => part.Number == inner).Bytes);
    }

    private static KeyValuePair<string, string> Attribute(byte[] bytes)
    {
        var fields = Fields(bytes).ToList();
        var value = Fields(fields.First(field => field.Number == 2).Bytes).First();
        var text = value.Number switch
        {
            1 => Encoding.UTF8.GetString(value.Bytes),
            4 => BitConverter.UInt64BitsToDouble(value.Value).ToString(CultureInfo.InvariantCulture),
            _ => ((long)value.Value).ToString(CultureInfo.InvariantCulture),
        };
        return KeyValuePair.Create(Encoding.UTF8.GetString(fields.First(field => field.Number == 1).Bytes), text);
    }

    // The wire format of protocol buffers: a number and a type, then the value.
    private static IEnumerable<(int Number, byte[] Bytes, ulong Value)> Fields(byte[] bytes)
    {
        var position = 0;
        while (position < bytes.Length)
        {
            var key = Varint();
            var number = (int)(key >> 3);
            switch (key & 7)
            {
                case 0:
                    yield return (number, [], Varint());
                    break;
                case 1:
                    yield return (number, [], BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(position)));
                    position += 8;
                    break;
                case 2:
                    var length = (int)Varint();
                    yield return (number, bytes[position..(position + length)], 0);
                    position += length;
                    break;
                default:
                    yield return (number, [], BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(position)));
                    position += 4;
                    break;
            }
        }

        ulong Varint()
        {
            ulong value = 0;
            for (var shift = 0; ; shift += 7)
            {
                var part = bytes[position++];
                value |= (ulong)(part & 0x7f) << shift;
                if (part < 0x80)
                {
                    return value;
                }
            }
        }
    }
}
