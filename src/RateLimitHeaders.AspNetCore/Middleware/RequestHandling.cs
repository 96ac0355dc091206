namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// The part of a snapshot that its requests keep until their end. It refers to no policy and no endpoint, so that after a reload a request that runs
/// for hours keeps only its own policy in memory.
/// </summary>
/// <param name="Headers">Writes the headers.</param>
/// <param name="Rejections">Answers rejected requests.</param>
/// <param name="Checks">Examines requests for signs of a wrong set-up.</param>
/// <param name="Telemetry">Reports decisions to metrics and the current activity.</param>
/// <param name="Runtime">The runtime that the snapshot belongs to.</param>
/// <param name="TimeProvider">The clock.</param>
/// <param name="GlobalPolicy">The name of the global policy; <see langword="null"/> for none.</param>
internal sealed record RequestHandling(
    HeaderEmitter Headers,
    RejectionWriter Rejections,
    SetupChecks Checks,
    RequestTelemetry Telemetry,
    RateLimitRuntime Runtime,
    TimeProvider TimeProvider,
    string? GlobalPolicy)
{
    /// <summary>Records the decision about a request in the metrics, the current activity and the log.</summary>
    public void Record(LimitedRequest request)
    {
        Telemetry.Decided(request);
        if (request.Plan.HasReportOnly && !request.IsRejected)
        {
            Rejections.LogWouldReject(request);
        }
    }
}
