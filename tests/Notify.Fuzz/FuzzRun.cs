using System.Diagnostics;

namespace Notify.Fuzz;

/// <summary>Tests one target with inputs for some time.</summary>
/// <param name="target">The target.</param>
/// <param name="seed">The seed of all choices.</param>
internal sealed class FuzzRun(FuzzTarget target, int seed)
{
    private const double SlowMilliseconds = 50;
    private const double SlowBytes = 100 * 1024;

    // A shorter time is meaningless when it is scaled.
    private const double LeastMilliseconds = 5;
    private const int Repeats = 5;
    private const int MaxPool = 2000;
    private const int MaxKept = 5;

    private readonly Corpus _corpus = new(target.Name);
    private readonly Dictionary<string, string> _escapes = new(StringComparer.Ordinal);
    private readonly HashSet<string> _kinds = new(StringComparer.Ordinal);
    private byte[] _current = [];
    private TimeSpan _slowest;
    private int _slowestBytes;
    private int _slow;

    /// <summary>Runs the stored inputs, and then new ones until the time is over.</summary>
    public FuzzResult Run(TimeSpan time)
    {
        var began = Stopwatch.GetTimestamp();
        var random = new Random(seed);
        var pool = _corpus.Load();
        if (pool.Count == 0)
        {
            pool.Add([]);
        }

        var inputs = 0L;
        foreach (var kept in pool.ToArray())
        {
            Try(kept, pool, isNew: false);
            inputs++;
        }

        var mutator = new Mutator(target, random);
        while (Stopwatch.GetElapsedTime(began) < time)
        {
            Try(mutator.Next(pool), pool, isNew: true);
            inputs++;
        }

        return new FuzzResult(target.Name, inputs, _kinds.Count, [.. _escapes.Values], _slowest, _slowestBytes, _slow);
    }

    /// <summary>Writes the current input, when it turns out to be endless.</summary>
    public string SaveCurrent() => _corpus.Save("endless", _current);

    private void Try(byte[] input, List<byte[]> pool, bool isNew)
    {
        _current = input;
        var began = ThreadClock.Now;
        string kind;
        try
        {
            kind = target.Decode(input);
        }
#pragma warning disable CA1031 // Any exception is what this program looks for.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Escaped(exception, input);
            return;
        }

        var took = ThreadClock.Now - began;
        if (isNew && _kinds.Add(kind) && input.Length < 4096 && pool.Count < MaxPool)
        {
            pool.Add(input);
        }
        else
        {
            _kinds.Add(kind);
        }

        // The fastest of several runs counts, because the first may have compiled the code.
        for (var i = 0; i < Repeats && took > _slowest; i++)
        {
            began = ThreadClock.Now;
            target.Decode(input);
            var again = ThreadClock.Now - began;
            took = again < took ? again : took;
        }

        if (took > _slowest)
        {
            (_slowest, _slowestBytes) = (took, input.Length);
            var scaled = took.TotalMilliseconds * SlowBytes / Math.Max(input.Length, 1);
            if (took.TotalMilliseconds >= LeastMilliseconds && scaled > SlowMilliseconds && _slow++ < MaxKept && isNew)
            {
                _corpus.Save("slow", input);
            }
        }
    }

    private void Escaped(Exception exception, byte[] input)
    {
        var at = new StackTrace(exception).GetFrame(0)?.GetMethod();
        var kind = $"{exception.GetType().FullName} in {at?.DeclaringType?.FullName}.{at?.Name}";
        if (!_escapes.ContainsKey(kind))
        {
            _escapes.Add(kind, $"{kind}: {_corpus.Save("escape", input)}\n{exception}");
        }
    }
}
