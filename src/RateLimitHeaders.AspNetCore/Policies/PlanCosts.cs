namespace RateLimitHeaders.AspNetCore;

/// <summary>What requests cost each quota of a plan.</summary>
internal sealed class PlanCosts
{
    private readonly long[] _permits;
    private readonly Func<RateLimitCaller, long>?[]? _functions;

    /// <param name="plan">The plan.</param>
    /// <param name="ofEndpoint">Gets what the endpoint says of a quota; <see langword="null"/> for nothing.</param>
    public PlanCosts(PlanDefinition plan, Func<QuotaDefinition, EndpointCost?> ofEndpoint)
    {
        Settlement = PlanSettlement.Of(plan, quota => quota.CountsBytes && ofEndpoint(quota) is null);
        _permits = new long[plan.QuotaDefinitions.Count];
        for (var i = 0; i < _permits.Length; i++)
        {
            var quota = plan.QuotaDefinitions[i];
            var cost = ofEndpoint(quota);
            _permits[i] = cost?.Permits ?? quota.Cost;
            if ((cost is null ? quota.DynamicCost : cost.Function) is { } function)
            {
                _functions ??= new Func<RateLimitCaller, long>?[_permits.Length];
                _functions[i] = function;
            }
        }
    }

    /// <summary>Gets what is settled once the response is known; <see langword="null"/> for nothing.</summary>
    public PlanSettlement? Settlement { get; }

    /// <summary>Gets the permits that no function tells.</summary>
    public ReadOnlyMemory<long> Permits => _permits;

    /// <summary>Gets what tells permits, for each quota; <see langword="null"/> where nothing does.</summary>
    public ReadOnlySpan<Func<RateLimitCaller, long>?> Functions => _functions;
}
