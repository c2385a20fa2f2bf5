namespace Notify.Server.Endpoints;

/// <summary>Marks an endpoint that only the listener for operators serves, when there is one.</summary>
internal sealed class OperatorsOnly
{
    /// <summary>The single instance.</summary>
    public static readonly OperatorsOnly Instance = new();

    private OperatorsOnly()
    {
    }
}
