using Notify.Broker.Connections;

namespace Notify.Broker.Tests.Connections;

public sealed class SocketIdsTests
{
    [Fact]
    public void An_id_is_twenty_url_safe_characters_and_recognised_as_one()
    {
        var ids = new SocketIds(0xBEEF);

        for (var i = 0; i < 1000; i++)
        {
            var id = ids.Next();
            Assert.Matches("^[A-Za-z0-9_-]{20}$", id);
            Assert.True(SocketIds.IsSocketId(id));
        }
    }

    [Theory]
    [InlineData("user_notifications_1")]
    [InlineData("AAAAAAAAAAAAAAAAAAAA")]
    [InlineData("12345678901234567890")]
    [InlineData("short")]
    [InlineData("")]
    [InlineData("twenty characters ok")]
    public void A_channel_name_of_the_same_length_is_not_taken_for_a_socket(string name) => Assert.False(SocketIds.IsSocketId(name));

    [Fact]
    public void A_change_of_any_character_makes_another_name_of_it()
    {
        var id = new SocketIds(1).Next();
        for (var i = 0; i < id.Length; i++)
        {
            var changed = id[..i] + (id[i] == 'A' ? 'B' : 'A') + id[(i + 1)..];
            Assert.False(SocketIds.IsSocketId(changed), $"{id} and {changed}");
        }
    }
}
