using Microsoft.Extensions.Logging;

namespace RateLimitHeaders.AspNetCore;

/// <summary>Has a plan counted in a store. Whatever that does, the request gets an answer.</summary>
internal sealed class StoreCounter(QuotaCounter counter, ILogger logger) : PlanCounter
{
    public override ValueTask DecideAsync(RequestLimit request, int permits, ReadOnlySpan<double> limits)
    {
        try
        {
            var acquired = counter.AcquireAsync(request.Caller, permits, limits, request.HttpContext.RequestAborted);
            if (!acquired.IsCompletedSuccessfully)
            {
                return AwaitAsync(request, acquired);
            }

            Decide(request, acquired.Result);
        }
#pragma warning disable CA1031 // Whatever a store throws: neither a 500 nor unlimited.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Fail(request, exception);
        }

        return default;
    }

    public override void Dispose() => counter.Dispose();

    private static void Decide(RequestLimit request, ExternalLease lease)
    {
        request.Decide(lease);
        if (lease.IsUnavailable)
        {
            request.Fail();
        }
    }

    private async ValueTask AwaitAsync(RequestLimit request, ValueTask<ExternalLease> acquired)
    {
        try
        {
            Decide(request, await acquired);
        }
        catch (OperationCanceledException) when (request.HttpContext.RequestAborted.IsCancellationRequested)
        {
            throw;
        }
#pragma warning disable CA1031 // As above.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Fail(request, exception);
        }
    }

    private void Fail(RequestLimit request, Exception exception)
    {
        Log.StoreFailed(logger, request.PolicyName, exception);
        request.Fail();
    }
}
