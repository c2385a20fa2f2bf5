namespace Notify.Server.Tests.Send;

/// <summary>Gets all rows by name.</summary>
internal static class SendTable
{
    public static IReadOnlyDictionary<string, SendRow> Rows { get; } =
        new[]
            {
                SecretRows.All, MissingRows.All, ChannelRows.All, FormRows.All,
                MultipartRows.All, JsonRows.All, SizeRows.All, RouteRows.All,
            }
            .SelectMany(rows => rows).ToDictionary(row => row.Name);
}
