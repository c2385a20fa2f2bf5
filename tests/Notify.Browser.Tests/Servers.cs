namespace Notify.Browser.Tests;

/// <summary>Runs the broker and the site for all tests that do not stop them.</summary>
public sealed class Servers : IAsyncLifetime
{
    private Broker? _broker;
    private Site? _site;

    internal Broker Broker => _broker!;

    internal Site Site => _site!;

    public async Task InitializeAsync()
    {
        _broker = await Broker.StartAsync();
        _site = await Site.StartAsync();
    }

    public async Task DisposeAsync()
    {
        await _broker!.DisposeAsync();
        await _site!.DisposeAsync();
    }
}
