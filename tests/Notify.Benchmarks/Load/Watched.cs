using System.Diagnostics;

namespace Notify.Benchmarks.Load;

/// <summary>Measures the processes of a server on this host from outside: the resources of a run.</summary>
internal sealed class Watched : IDisposable
{
    private readonly List<Process> _processes = [];
    private readonly double _memoryBefore;
    private double _memoryConnected;
    private TimeSpan _processorBefore;
    private TimeSpan _processor;

    /// <exception cref="LoadException">There is no such process.</exception>
    public Watched(IEnumerable<int> ids)
    {
        try
        {
            _processes.AddRange(ids.Select(Process.GetProcessById));
        }
        catch (ArgumentException exception)
        {
            throw new LoadException(exception.Message);
        }

        _memoryBefore = Memory();
    }

    /// <summary>Records that all connections are open.</summary>
    public void Connected() => _memoryConnected = Memory();

    /// <summary>Starts counting their CPU time.</summary>
    public void Begin() => _processorBefore = Processor();

    /// <summary>Stops counting their CPU time.</summary>
    public void End() => _processor = Processor() - _processorBefore;

    /// <summary>Returns the cost of the run; null without processes.</summary>
    public LoadReport.ServerCost? Cost(int connections, long sends, long deliveries) => _processes.Count == 0 ? null : new(
        _memoryBefore,
        Memory(),
        (_memoryConnected - _memoryBefore) * 1024 / connections,
        Each(sends),
        Each(deliveries));

    private double Each(long count) => count == 0 ? 0 : _processor.TotalMicroseconds / count;

    public void Dispose() => _processes.ForEach(process => process.Dispose());

    // In megabytes.
    private double Memory() => _processes.Sum(process =>
    {
        process.Refresh();
        return process.WorkingSet64 / (1024.0 * 1024);
    });

    private TimeSpan Processor() => _processes.Aggregate(TimeSpan.Zero, (sum, process) =>
    {
        process.Refresh();
        return sum + process.TotalProcessorTime;
    });
}
