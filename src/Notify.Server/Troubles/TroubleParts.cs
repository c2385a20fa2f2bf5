namespace Notify.Server.Troubles;

/// <summary>Names the parts of a node that can have trouble.</summary>
public static class TroubleParts
{
    /// <summary>The node stops.</summary>
    public const string Draining = "draining";

    /// <summary>The node does not reach a majority of the cluster.</summary>
    public const string Quorum = "quorum";

    /// <summary>The node starts.</summary>
    public const string Starting = "starting";

    /// <summary>The store does not work.</summary>
    public const string Store = "store";

    /// <summary>A part of the stored history is damaged.</summary>
    public const string History = "history";

    /// <summary>Channels do not answer.</summary>
    public const string Region = "region";

    /// <summary>The key set of tokens cannot be read.</summary>
    public const string KeySet = "key_set";

    /// <summary>The backend that is asked about joins fails.</summary>
    public const string Authorize = "authorize";

    /// <summary>A node of the cluster cannot be reached.</summary>
    public const string Members = "members";

    /// <summary>A certificate is about to expire.</summary>
    public const string Certificate = "certificate";

    /// <summary>Something was logged within the last two minutes that an operator has to know.</summary>
    public const string Warning = "warning";

    /// <summary>A limit was reached within the last minute.</summary>
    public const string Limit = "limit";
}
