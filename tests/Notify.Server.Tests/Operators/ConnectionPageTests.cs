using Notify.Server.Operators;

namespace Notify.Server.Tests.Operators;

public sealed class ConnectionPageTests
{
    [Fact]
    public void Pages_of_nodes_are_merged_by_id() => Assert.Equal(("a b c d", null), Merge(10, (false, "a c"), (false, "b d")));

    [Fact]
    public void A_full_page_names_where_the_next_one_starts() => Assert.Equal(("a b c", "c"), Merge(3, (false, "a c e"), (false, "b d")));

    [Fact]
    public void What_comes_after_a_page_that_was_cut_is_left_for_the_next_page() =>
        Assert.Equal(("a b c", "c"), Merge(10, (true, "a c"), (false, "b d")));

    [Fact]
    public void Without_connections_there_is_no_next_page() => Assert.Equal(("", null), Merge(3, (false, ""), (false, "")));

    private static (string Ids, string? Next) Merge(int limit, params (bool IsCut, string Ids)[] pages)
    {
        var (connections, next) = ConnectionPage.Merge([.. pages.Select(static page => Page(page.Ids, page.IsCut))], limit);
        return (string.Join(' ', connections.Select(static connection => connection.Connection)), next);
    }

    private static ConnectionPage Page(string ids, bool isCut) =>
        new([.. ids.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Connection)], isCut);

    private static ConnectionInfo Connection(string id) => new()
    {
        Connection = id,
        Node = "n",
        Protocol = "plain",
        Transport = "websocket",
        OpenedAt = default,
        Channels = 0,
        Queued = 0,
    };
}
