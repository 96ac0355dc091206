using Microsoft.Extensions.Logging;

namespace RateLimitHeaders.AspNetCore;

/// <summary>What makes a store count wrongly although it answers, as it was found last.</summary>
internal sealed class StoreInspection(RateLimitStore store, TimeProvider timeProvider, ILogger logger)
{
    // It asks each server of the store several questions, and no request waits for it.
    private static readonly TimeSpan s_deadline = TimeSpan.FromSeconds(5);

    private volatile IReadOnlyList<string> _findings = [];

    public IReadOnlyList<string> Findings => _findings;

    /// <summary>Looks again. What is found now and was not found last time is logged.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            var inspecting = store.InspectAsync(cancellationToken);
            inspecting.Observe();
            var found = await inspecting.WaitAsync(s_deadline, timeProvider, cancellationToken);
            var known = _findings;
            _findings = found;
            foreach (var finding in found.Except(known))
            {
                Log.Miscounts(logger, store.Name, finding);
            }
        }
#pragma warning disable CA1031 // Whether the store answers at all is found out by others.
        catch (Exception)
#pragma warning restore CA1031
        {
        }
    }
}
