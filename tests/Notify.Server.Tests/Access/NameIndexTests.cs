using Notify.Server.Access;

namespace Notify.Server.Tests.Access;

/// <summary>Compares the index with a set for each name, over random changes.</summary>
public sealed class NameIndexTests
{
    [Fact]
    public void It_is_like_a_set_for_each_name()
    {
        var random = new Random(1);
        var names = new[] { "", "a", "A", "b" };
        var items = Enumerable.Range(0, 5).Select(static _ => new object()).ToArray();
        var index = new NameIndex<object>();
        var expected = names.ToDictionary(static name => name, static _ => new HashSet<object>());
        for (var i = 0; i < 5000; i++)
        {
            var (name, item) = (names[random.Next(names.Length)], items[random.Next(items.Length)]);
            if (random.Next(2) == 0)
            {
                index.Add(name, item);
                expected[name].Add(item);
            }
            else
            {
                index.Remove(name, item);
                expected[name].Remove(item);
            }

            Assert.Equal(expected[name].Count, index.Count(name));
            Assert.True(expected[name].SetEquals(index.Find(name)));
            Assert.Equal(expected.Values.Sum(static set => set.Count), index.All.Count());
        }
    }
}
