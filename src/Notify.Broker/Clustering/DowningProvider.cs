using Akka.Actor;
using Akka.Cluster;
using Akka.Cluster.SBR;
using Notify.Broker.AkkaInternals;

namespace Notify.Broker.Clustering;

/// <summary>Makes Akka use <see cref="DowningActor"/> instead of its own split brain resolver.</summary>
internal sealed class DowningProvider : IDowningProvider
{
    private readonly SplitBrainResolverSettings _settings;
    private readonly DowningSetup _setup;

    /// <summary>Creates the provider. Akka calls this constructor.</summary>
    public DowningProvider(ActorSystem system, Akka.Cluster.Cluster cluster)
    {
        _settings = new SplitBrainResolverSettings(system.Settings.Config);
        _setup = system.Settings.Setup.Get<DowningSetup>().Value;

        // As Akka reads it: "off" means to add stable-after once more.
        DownRemovalMargin = system.Settings.Config.GetString("akka.cluster.down-removal-margin") is "off" or null
            ? _settings.DowningStableAfter
            : system.Settings.Config.GetTimeSpan("akka.cluster.down-removal-margin");
        _ = LinkReports.EventType;
    }

    /// <inheritdoc />
    public TimeSpan DownRemovalMargin { get; }

    /// <inheritdoc />
    public Props DowningActorProps => ActorProps.From(
        () => new DowningActor(
            _setup.Rule,
            new Settling(_settings.DowningStableAfter, GiveUpAfter),
            _setup.Logger));

    // Zero means "off" in both settings.
    private TimeSpan GiveUpAfter => _settings.DownAllWhenUnstable > TimeSpan.Zero
        ? _settings.DowningStableAfter + _settings.DownAllWhenUnstable
        : TimeSpan.Zero;
}
