namespace Notify.Storage.Tests;

/// <summary>Tests when the growing history is logged.</summary>
public sealed class SizeWarningsTests
{
    private readonly TestLog _log = new();

    [Fact]
    public void Each_step_is_logged_once_and_again_after_the_history_shrank_clearly_below_it()
    {
        var warnings = new SizeWarnings(1000, _log);
        foreach (var used in (long[])[100, 799, 800, 850, 900, 899, 900, 1200, 990, 1000, 949, 1000, 100, 800])
        {
            warnings.Measured(used);
        }

        Assert.Equal(
            ["80 % of NOTIFY_STORE_MAX: 800", "90 % of NOTIFY_STORE_MAX: 900", "100 % of NOTIFY_STORE_MAX: 1200",
                "100 % of NOTIFY_STORE_MAX: 1000", "80 % of NOTIFY_STORE_MAX: 800"],
            _log.Lines.Select(line => line.Text["The history takes ".Length..line.Text.IndexOf(" of 1000", StringComparison.Ordinal)]));
    }
}
