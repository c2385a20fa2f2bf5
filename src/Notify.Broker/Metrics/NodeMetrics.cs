using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Runtime.InteropServices;

namespace Notify.Broker.Metrics;

/// <summary>Provides the metrics of the process: its build, its state, its certificates.</summary>
public sealed class NodeMetrics
{
    private static readonly string[] States = ["ok", "starting", "draining", "no_quorum"];

    // The process may have run for a while before this class is used.
    private static readonly DateTimeOffset Started = new(Process.GetCurrentProcess().StartTime);

    private Func<string> _state = static () => "starting";
    private Func<IEnumerable<(string Which, DateTimeOffset Expiry)>> _certificates = static () => [];
    private string _version = "";
    private string _commit = "";

    internal NodeMetrics(Meter meter)
    {
        meter.Gauge("notify.build.info", null, "The version of the server. The value is always 1.", MeasureBuild);
        meter.CreateObservableGauge(
            "notify.process.start_time",
            () => Started.ToUnixTimeMilliseconds() / 1000.0,
            "s",
            "When the process started, in seconds since 1970.");
        meter.Gauge("notify.state", null, "The state of the node: 1 for the one that it has.", MeasureState);
        meter.CreateObservableGauge(
            "notify.certificate.expiry_timestamp",
            () => _certificates().Select(certificate => new Measurement<double>(
                certificate.Expiry.ToUnixTimeSeconds(), Instruments.Tag("which", certificate.Which))),
            "s",
            "When a certificate expires, in seconds since 1970.");
    }

    /// <summary>Gets when the process started.</summary>
    public static DateTimeOffset StartedAt => Started;

    /// <summary>Gets the state of the node: <c>ok</c>, <c>starting</c>, <c>draining</c> or <c>no_quorum</c>.</summary>
    public string State => _state();

    /// <summary>Sets the version and the commit of the build.</summary>
    public void SetBuild(string version, string commit) => (_version, _commit) = (version, commit);

    /// <summary>Sets the source of the state: <c>ok</c>, <c>starting</c>, <c>draining</c> or <c>no_quorum</c>.</summary>
    public void ObserveState(Func<string> state) => _state = state;

    /// <summary>Sets the source of the certificates: <c>listen</c> and <c>node</c>, as far as there are any.</summary>
    public void ObserveCertificates(Func<IEnumerable<(string Which, DateTimeOffset Expiry)>> certificates) => _certificates = certificates;

    private IEnumerable<Measurement<long>> MeasureBuild() =>
    [
        new Measurement<long>(
            1,
            Instruments.Tag("version", _version),
            Instruments.Tag("commit", _commit),
            Instruments.Tag("runtime", RuntimeInformation.FrameworkDescription)),
    ];

    private IEnumerable<Measurement<long>> MeasureState()
    {
        var state = _state();
        return States.Select(each => Instruments.Measure(each == state ? 1 : 0, "state", each));
    }
}
