namespace Notify.Broker.Clustering;

/// <summary>Specifies which part of a cluster may continue.</summary>
internal enum DowningRule
{
    /// <summary>The part with more than half of the members; of two halves the one with the lowest address.</summary>
    Majority,

    /// <summary>The part with the oldest member, unless that member is alone and others are not.</summary>
    Oldest,
}
