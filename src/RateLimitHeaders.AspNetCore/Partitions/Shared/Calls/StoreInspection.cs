using Microsoft.Extensions.Logging;

namespace RateLimitHeaders.AspNetCore;

/// <summary>The last findings of reasons why a store counts wrongly although it answers.</summary>
internal sealed class StoreInspection(RateLimitStore store, TimeProvider timeProvider, ILogger logger)
{
    // It makes several calls to each server of the store, and no request waits for it.
    private static readonly TimeSpan s_deadline = TimeSpan.FromSeconds(5);

    private volatile IReadOnlyList<string> _findings = [];

    public IReadOnlyList<string> Findings => _findings;

    /// <summary>Inspects again. New findings, which the last inspection did not have, are logged.</summary>
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
#pragma warning disable CA1031 // Whether the store answers at all is checked elsewhere.
        catch (Exception)
#pragma warning restore CA1031
        {
        }
    }
}
