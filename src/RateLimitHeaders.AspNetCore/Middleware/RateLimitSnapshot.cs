namespace RateLimitHeaders.AspNetCore;

/// <summary>The objects that serve requests under one definition. A snapshot never changes.</summary>
/// <param name="Definition">The definition.</param>
/// <param name="Policies">The policies, in the order of the definition.</param>
/// <param name="Endpoints">Chooses the policy of a request.</param>
/// <param name="Headers">Writes the headers.</param>
/// <param name="Rejections">Answers rejected requests.</param>
/// <param name="Checks">Examines requests for signs of a wrong set-up.</param>
/// <param name="Telemetry">Reports decisions to metrics and the current activity.</param>
/// <param name="Runtime">The runtime that the snapshot belongs to.</param>
internal sealed record RateLimitSnapshot(
    RateLimitDefinition Definition,
    IReadOnlyList<Policy> Policies,
    EndpointPolicies Endpoints,
    HeaderEmitter Headers,
    RejectionWriter Rejections,
    SetupChecks Checks,
    RequestTelemetry Telemetry,
    RateLimitRuntime Runtime)
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
