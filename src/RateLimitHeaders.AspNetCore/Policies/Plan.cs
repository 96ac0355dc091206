using Microsoft.Extensions.Logging;

namespace RateLimitHeaders.AspNetCore;

/// <summary>The quotas of one token type under one policy, and what counts them.</summary>
internal sealed class Plan : IDisposable
{
    private readonly ILogger _logger;
    private readonly string _policyName;
    private readonly string _tokenType;
    private readonly Func<RateLimitCaller, double>?[] _limits;
    private readonly string[] _quotaNames;

    private readonly double[] _lastLimits;

    /// <param name="policyName">The name of the policy.</param>
    /// <param name="tokenType">The token type.</param>
    /// <param name="quotas">The quotas.</param>
    /// <param name="lastLimits">Gets the last limits that a function gave, whoever asked; new callers start with them.</param>
    /// <param name="headersWhen">When responses carry headers.</param>
    /// <param name="counter">Counts the quotas.</param>
    /// <param name="logger">The logger.</param>
    public Plan(
        string policyName,
        string tokenType,
        IReadOnlyList<PlanQuota> quotas,
        double[] lastLimits,
        HeadersWhen headersWhen,
        PlanCounter counter,
        ILogger logger)
    {
        _lastLimits = lastLimits;
        _policyName = policyName;
        _tokenType = tokenType;
        _logger = logger;
        _limits = quotas.Any(quota => quota.Limit is not null) ? [.. quotas.Select(quota => quota.Limit)] : [];
        _quotaNames = [.. quotas.Select(quota => quota.Quota.Description.Name)];
        HeadersWhen = headersWhen;
        Counter = counter;
    }

    public HeadersWhen HeadersWhen { get; }

    public PlanCounter Counter { get; }

    /// <summary>Gets the header texts that are the same for many responses.</summary>
    public HeaderTextCache Texts { get; } = new();

    /// <summary>Gets how many limits <see cref="TryGetLimits"/> writes: as many as there are quotas, or none if all are constant.</summary>
    public int LimitCount => _limits.Length;

    /// <summary>Asks for the limits that depend on the caller; those that do not, or that fail, become <see cref="double.NaN"/>.</summary>
    /// <returns><see langword="false"/> if one failed.</returns>
    public bool TryGetLimits(in RateLimitCaller caller, Span<double> limits)
    {
        var succeeded = true;
        for (var i = 0; i < limits.Length; i++)
        {
            limits[i] = double.NaN;
            try
            {
                if (_limits[i]?.Invoke(caller) is { } limit)
                {
                    if (limit >= 0)
                    {
                        limits[i] = _lastLimits[i] = Math.Min(limit, QuotaRules.MaxLimit);
                        continue;
                    }

                    Log.LimitInvalid(_logger, _quotaNames[i], _policyName, _tokenType, limit);
                    succeeded = false;
                }
            }
#pragma warning disable CA1031 // Whatever a function of the application throws: the request is limited as its address.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                Log.LimitFailed(_logger, _quotaNames[i], _policyName, _tokenType, exception);
                succeeded = false;
            }
        }

        return succeeded;
    }

    public void Dispose() => Counter.Dispose();
}
