namespace Notify.Broker.Clustering;

/// <summary>Which of the parts of a cluster may go on.</summary>
internal enum DowningRule
{
    /// <summary>The one with more than half of the members; of two equal halves the one with the lowest address.</summary>
    Majority,

    /// <summary>The one with the oldest member, unless that one is alone and others are not.</summary>
    Oldest,
}
