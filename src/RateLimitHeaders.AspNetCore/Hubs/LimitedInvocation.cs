namespace RateLimitHeaders.AspNetCore;

/// <summary>An admitted invocation of a hub method, until it or its stream ends.</summary>
internal sealed class LimitedInvocation(LimitedRequest request)
{
    private readonly MeasuredTime _run = request.IsRejected ? default : request.Handling.Telemetry.StartRun(request);
    private CancellationTokenRegistration _aborting;
    private int _hasEnded;

    /// <summary>Ends the invocation with its connection at the latest: SignalR does not end every stream that it stops reading.</summary>
    public void EndWith(CancellationToken aborted) =>
        _aborting = aborted.UnsafeRegister(static invocation => _ = ((LimitedInvocation)invocation!).EndAsync().AsTask(), this);

    /// <summary>Gives back held permits, once.</summary>
    public async ValueTask EndAsync()
    {
        if (Interlocked.Exchange(ref _hasEnded, 1) != 0)
        {
            return;
        }

        _aborting.Unregister();
        request.Handling.Telemetry.EndRun(request, _run);
        if (request.Decision.HoldsPermits)
        {
            await request.Plan.ReleaseAsync(request.Decision);
        }

        LimitedRequestPool.Return(request);
    }
}
