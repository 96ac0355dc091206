using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace RateLimitHeaders.AspNetCore;

/// <summary>Logs after the start that limits were registered and are not used: the simplest reason for missing headers.</summary>
internal sealed class UnusedLimitsWarning(IServiceProvider services, ILoggerFactory loggers) : IHostedLifecycleService
{
    /// <summary>Gets or sets a value indicating whether a pipeline has the middleware.</summary>
    public bool AreUsed { get; set; }

    public Task StartedAsync(CancellationToken cancellationToken)
    {
        if (!AreUsed && !HubInvocations.AreLimitedAlone(services))
        {
            Log.NotUsed(loggers.CreateLogger(Log.Category));
        }

        return Task.CompletedTask;
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
