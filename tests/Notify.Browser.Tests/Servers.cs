namespace Notify.Browser.Tests;

/// <summary>The broker and the site of all tests that stop neither.</summary>
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
