namespace Notify.Server.Api;

/// <summary>Refuses the parameters of a query that has none.</summary>
internal sealed class NoParametersFilter : IEndpointFilter
{
    /// <inheritdoc />
    public ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next) =>
        new ApiQuery(context.HttpContext.Request.Query).Problem is { } problem
            ? ValueTask.FromResult<object?>(ApiProblem.Of(StatusCodes.Status400BadRequest, problem))
            : next(context);
}
