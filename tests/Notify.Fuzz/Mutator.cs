using System.Globalization;
using System.Text;

namespace Notify.Fuzz;

/// <summary>Creates inputs from existing ones: small changes for unexpected data, long repetitions for slow data.</summary>
/// <param name="target">The target of the inputs.</param>
/// <param name="random">The source of the choices.</param>
internal sealed class Mutator(FuzzTarget target, Random random)
{
    private const int SmallBytes = 2048;
    private const int MaxSteps = 6;

    private static readonly string[] Numbers =
    [
        "0", "-1", "00", "1e400", "1e-400", "2147483647", "2147483648", "9223372036854775807", "9223372036854775808",
        "99999999999999999999999",
    ];

    private static readonly (string Open, string Close)[] Brackets =
        [("[", "]"), ("{\"a\":", "}"), ("[{\"a\":[", "]}]"), ("\"", "\""), ("(", ")")];

    private readonly byte[][] _tokens = [.. target.Tokens.Concat(Numbers).Select(Encoding.UTF8.GetBytes)];

    /// <summary>Creates the next input.</summary>
    /// <param name="pool">The existing inputs; not empty.</param>
    public byte[] Next(IReadOnlyList<byte[]> pool)
    {
        // Most inputs are short, because short ones are fast. One in eight is as long as a client can make it.
        var input = Pick(pool);
        if (random.Next(8) == 0)
        {
            return Cut(Lengthen(input, pool), target.MaxBytes);
        }

        for (var steps = random.Next(1, MaxSteps); steps > 0; steps--)
        {
            input = Change(input, pool);
        }

        return Cut(input, Math.Min(SmallBytes, target.MaxBytes));
    }

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static byte[] Cut(byte[] input, int most) => input.Length <= most ? input : input[..most];

    private static byte[] Splice(byte[] input, int from, int to, ReadOnlySpan<byte> middle) =>
        [.. input.AsSpan(0, from), .. middle, .. input.AsSpan(to)];

    private T Pick<T>(IReadOnlyList<T> list) => list[random.Next(list.Count)];

    private byte[] Change(byte[] input, IReadOnlyList<byte[]> pool)
    {
        var from = random.Next(input.Length + 1);
        var to = Math.Min(input.Length, from + random.Next(1, 1 + random.Next(1, 32)));
        switch (random.Next(9))
        {
            case 0 when from < input.Length:
                var flipped = input.ToArray();
                flipped[from] ^= (byte)(1 << random.Next(8));
                return flipped;
            case 1 when from < input.Length:
                var overwritten = input.ToArray();
                overwritten[from] = (byte)random.Next(256);
                return overwritten;
            case 2:
                return Splice(input, from, to, []);
            case 3:
                return Splice(input, from, from, input.AsSpan(from, to - from));
            case 4:
                var other = Pick(pool);
                return Splice(input, from, to, other.AsSpan(random.Next(other.Length + 1)));
            case 5:
                return Splice(input, from, to, Pick(_tokens));
            case 6:
                var (open, close) = Brackets[random.Next(Brackets.Length)];
                return Splice(input, from, to, [.. Bytes(open), .. input.AsSpan(from, to - from), .. Bytes(close)]);
            case 7:
                return Splice(input, from, from, Enumerable.Repeat((byte)random.Next(256), random.Next(1, 200)).ToArray());
            default:
                return Splice(input, from, from, Pick(_tokens));
        }
    }

    private byte[] Lengthen(byte[] input, IReadOnlyList<byte[]> pool)
    {
        var length = target.MaxBytes >> random.Next(3);
        var from = random.Next(input.Length + 1);
        var to = Math.Min(input.Length, from + random.Next(0, 24));
        var part = random.Next(3) switch
        {
            0 when to > from => input[from..to],
            1 => [.. Pick(_tokens), .. Pick(_tokens)],
            _ => Pick(_tokens),
        };
        if (part.Length == 0)
        {
            part = [(byte)random.Next(256)];
        }

        return random.Next(6) switch
        {
            0 => Splice(input, from, from, Nest(input.AsSpan(from, to - from), length)),
            1 => Splice(input, from, to, Number(part, length)),
            2 => Splice(input, from, from, Deep(part, length)),
            3 => Splice(Pick(pool), 0, 0, Repeat(Pick(pool), length)),
            _ => Splice(input, from, random.Next(2) == 0 ? from : to, Repeat(part, length)),
        };
    }

    private static byte[] Repeat(byte[] part, int length)
    {
        var repeated = new byte[Math.Max(length, 1)];
        for (var i = 0; i < repeated.Length; i++)
        {
            repeated[i] = part.Length == 0 ? (byte)' ' : part[i % part.Length];
        }

        return repeated;
    }

    // Parts that differ, so that no table stores them only once.
    private static byte[] Number(byte[] part, int length)
    {
        var output = new List<byte>(length);
        for (var i = 0; output.Count < length; i++)
        {
            output.AddRange(part);
            output.AddRange(Encoding.ASCII.GetBytes(i.ToString(CultureInfo.InvariantCulture)));
        }

        return [.. output];
    }

    private byte[] Nest(ReadOnlySpan<byte> inner, int length)
    {
        var (open, close) = Pick(Brackets);
        var depth = Math.Min(length / 4, random.Next(3) switch { 0 => 60, 1 => 900, _ => int.MaxValue });
        return [.. Repeat(Bytes(open), depth * open.Length), .. inner, .. Repeat(Bytes(close), depth * close.Length)];
    }

    private byte[] Deep(byte[] part, int length)
    {
        var depth = random.Next(2) == 0 ? 30 : 900;
        return [.. Repeat(Bytes("["), depth), .. Repeat([.. part, (byte)','], length / 2), (byte)'1', .. Repeat(Bytes("]"), depth)];
    }
}
