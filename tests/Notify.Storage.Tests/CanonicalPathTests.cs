using Notify.Storage.Sqlite;

namespace Notify.Storage.Tests;

public sealed class CanonicalPathTests : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly string _real;

    public CanonicalPathTests()
    {
        _real = CanonicalPath.Of(_folder.Path);
        Directory.CreateDirectory(_folder.File("data/deep"));
        File.WriteAllText(_folder.File("data/notify.db"), "");
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_link_leads_to_its_target_and_so_does_a_chain_of_them()
    {
        File.CreateSymbolicLink(_folder.File("one"), "two");
        File.CreateSymbolicLink(_folder.File("two"), _folder.File("data/notify.db"));

        Assert.Equal(Path.Combine(_real, "data/notify.db"), CanonicalPath.Of(_folder.File("one")));
    }

    [Fact]
    public void A_folder_may_be_a_link_and_what_is_above_it_is_above_its_target()
    {
        Directory.CreateSymbolicLink(_folder.File("link"), "data/deep");

        Assert.Equal(Path.Combine(_real, "data/deep/notify.db"), CanonicalPath.Of(_folder.File("link/notify.db")));
        Assert.Equal(Path.Combine(_real, "data/notify.db"), CanonicalPath.Of(_folder.File("link/.././notify.db")));
    }

    [Fact]
    public void What_is_not_there_yet_has_a_path_too()
    {
        File.CreateSymbolicLink(_folder.File("link"), "new/notify.db");

        Assert.Equal(Path.Combine(_real, "new/notify.db"), CanonicalPath.Of(_folder.File("link")));
        Assert.Equal(Path.Combine(_real, "no/such.db"), CanonicalPath.Of(_folder.File("no/such.db")));
    }

    [Fact]
    public void A_relative_path_begins_at_the_working_folder() =>
        Assert.Equal(Path.Combine(CanonicalPath.Of(Directory.GetCurrentDirectory()), "data/notify.db"), CanonicalPath.Of("data/notify.db"));

    [Fact]
    public void Links_that_go_in_circles_come_back_as_they_are()
    {
        File.CreateSymbolicLink(_folder.File("a"), "b");
        File.CreateSymbolicLink(_folder.File("b"), "a");

        Assert.Equal(_folder.File("a"), CanonicalPath.Of(_folder.File("a")));
    }
}
