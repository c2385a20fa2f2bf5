namespace Notify.Server.Api;

/// <summary>Maps some of the endpoints below <c>/api</c>.</summary>
internal interface IApiGroup
{
    /// <summary>Maps the endpoints.</summary>
    /// <param name="api">The group of <c>/api</c>, whose endpoints need a secret.</param>
    void Map(IEndpointRouteBuilder api);
}
