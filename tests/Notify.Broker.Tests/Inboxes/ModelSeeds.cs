using System.Globalization;

namespace Notify.Broker.Tests.Inboxes;

/// <summary>Says how many random sequences the models of inboxes try. Set NOTIFY_MODEL_SEEDS to try more.</summary>
internal static class ModelSeeds
{
    public static readonly int Count = int.Parse(
        Environment.GetEnvironmentVariable("NOTIFY_MODEL_SEEDS") ?? "200", CultureInfo.InvariantCulture);
}
