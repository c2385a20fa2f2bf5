namespace Notify.Server.Troubles;

/// <summary>Knows what is wrong on this node. Safe to use from any thread.</summary>
public interface INodeTroubles
{
    /// <summary>Returns what is wrong now, the worst first.</summary>
    IReadOnlyList<CurrentTrouble> FindCurrent();

    /// <summary>Returns what is wrong now, and what was logged.</summary>
    NodeTroubleReport Read();
}
