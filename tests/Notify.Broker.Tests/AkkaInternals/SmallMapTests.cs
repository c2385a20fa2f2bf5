using Notify.Broker.AkkaInternals;

namespace Notify.Broker.Tests.AkkaInternals;

public sealed class SmallMapTests
{
    private SmallMap<string, int> _map;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(9)]
    public void It_knows_what_was_put_in_and_nothing_else(int count)
    {
        for (var i = 0; i < count; i++)
        {
            _map[$"k{i}"] = -1;
            _map[$"k{i}"] = i;
        }

        Assert.Equal(count, _map.Count);
        Assert.Equal(Enumerable.Range(0, count), _map.Entries.Select(entry => entry.Value).Order());
        for (var i = 0; i < count; i++)
        {
            Assert.True(_map.TryGetValue($"k{i}", out var value));
            Assert.Equal((i, i), (value, _map[$"k{i}"]));
        }

        Assert.False(_map.TryGetValue("other", out _));
        Assert.False(_map.Remove("other", out _));
        Assert.Throws<KeyNotFoundException>(() => _map["other"]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(9)]
    public void What_was_taken_out_is_gone_and_can_be_put_in_again(int count)
    {
        for (var i = 0; i < count; i++)
        {
            _map[$"k{i}"] = i;
        }

        for (var i = 0; i < count; i++)
        {
            Assert.True(_map.Remove($"k{i}", out var value));
            Assert.Equal(i, value);
            Assert.False(_map.TryGetValue($"k{i}", out _));
        }

        Assert.Equal(0, _map.Count);
        Assert.Empty(_map.Entries);
        _map["k0"] = 5;
        Assert.Equal(5, _map["k0"]);
        _map.Clear();
        Assert.Equal(0, _map.Count);
    }
}
