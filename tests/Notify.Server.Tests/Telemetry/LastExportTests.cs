using System.Diagnostics;
using Notify.Server.Telemetry;
using Notify.Server.Tests.Support;
using OpenTelemetry;
using OpenTelemetry.Trace;

namespace Notify.Server.Tests.Telemetry;

/// <summary>Tests that a receiver of traces that does not answer does not hold up the stop.</summary>
public sealed class LastExportTests
{
    [Fact]
    public async Task The_stop_does_not_wait_for_a_receiver_that_does_not_answer()
    {
        using var source = new ActivitySource(nameof(LastExportTests));
        using var exporter = new SilentExporter();
        using var provider = Sdk.CreateTracerProviderBuilder()
            .AddSource(source.Name)
            .AddProcessor(new BatchActivityExportProcessor(exporter, scheduledDelayMilliseconds: 1))
            .Build();
        source.StartActivity("span")!.Dispose();
        await TestTimeouts.UntilAsync(() => exporter.IsAsked);

        await new LastExport([], [provider]).StoppedAsync(CancellationToken.None).Soon();

        // Nothing is left for the disposal, which has no limit of ours.
        Assert.False(exporter.IsDone);
        Assert.False(provider.Shutdown());
        exporter.Release();
    }

    private sealed class SilentExporter : BaseExporter<Activity>
    {
        private readonly ManualResetEventSlim _answer = new();

        public bool IsAsked { get; private set; }

        public bool IsDone { get; private set; }

        public void Release() => _answer.Set();

        public override ExportResult Export(in Batch<Activity> batch)
        {
            IsAsked = true;
            _answer.Wait();
            IsDone = true;
            return ExportResult.Success;
        }
    }
}
