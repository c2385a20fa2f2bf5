namespace Notify.Server.Api;

/// <summary>Reads the status of the response that a result of an endpoint stands for.</summary>
internal static class ApiStatus
{
    /// <summary>Returns the status; 200 for a result that does not name one.</summary>
    public static int Of(object? result)
    {
        while (result is INestedHttpResult { Result: { } inner })
        {
            result = inner;
        }

        return (result as IStatusCodeHttpResult)?.StatusCode ?? StatusCodes.Status200OK;
    }
}
