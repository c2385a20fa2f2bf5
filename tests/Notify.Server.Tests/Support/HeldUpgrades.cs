using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http.Features;

namespace Notify.Server.Tests.Support;

/// <summary>Delays or fails WebSocket handshakes before the server has answered them.</summary>
internal sealed class HeldUpgrades : IStartupFilter
{
    private TaskCompletionSource _gate = new();

    public HeldUpgrades() => Release();

    public void Hold() => _gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Release() => _gate.TrySetResult();

    /// <summary>Fails the handshakes under way, and lets the next ones pass.</summary>
    public void Fail()
    {
        var failing = _gate;
        Hold();
        Release();
        failing.SetException(new IOException("the connection broke"));
    }

    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use((context, go) =>
        {
            if (context.Features.Get<IHttpUpgradeFeature>() is { } upgrade)
            {
                context.Features.Set<IHttpUpgradeFeature>(new Held(upgrade, this));
            }

            return go(context);
        });
        next(app);
    };

    private sealed class Held(IHttpUpgradeFeature inner, HeldUpgrades gate) : IHttpUpgradeFeature
    {
        public bool IsUpgradableRequest => inner.IsUpgradableRequest;

        public async Task<Stream> UpgradeAsync()
        {
            await gate._gate.Task;
            return await inner.UpgradeAsync();
        }
    }
}
