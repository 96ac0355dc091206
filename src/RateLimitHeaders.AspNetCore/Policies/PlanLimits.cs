using Microsoft.Extensions.Logging;

namespace RateLimitHeaders.AspNetCore;

/// <summary>The limits of a plan's quotas: numbers, and functions of the caller.</summary>
internal sealed class PlanLimits
{
    private readonly PlanDefinition _plan;
    private readonly ILogger _logger;
    private readonly double[] _static;
    private readonly double[] _last;

    public PlanLimits(PlanDefinition plan, ILogger logger)
    {
        _plan = plan;
        _logger = logger;
        _static = [.. plan.QuotaDefinitions.Select(quota => quota.Limit is null ? quota.Quota.Limit : double.NaN)];
        _last = [.. _static];
        AreDynamic = plan.QuotaDefinitions.Any(quota => quota.Limit is not null);
        Initial = AreDynamic ? _last : default(ReadOnlyMemory<double>);
    }

    /// <summary>Gets a value indicating whether a limit depends on the caller.</summary>
    public bool AreDynamic { get; }

    /// <summary>Gets the limits that do not depend on the caller; <see cref="double.NaN"/> for the others.</summary>
    public ReadOnlyMemory<double> Static => _static;

    /// <summary>Gets the limits that a function has last returned, for any caller: a new caller has them if its own are not known.</summary>
    public ReadOnlyMemory<double> Initial { get; }

    /// <summary>Computes the limits that depend on the caller; those that fail become <see cref="double.NaN"/>.</summary>
    /// <returns><see langword="false"/> if one failed.</returns>
    public bool TryEvaluate(in RateLimitCaller caller, Span<double> limits)
    {
        var succeeded = true;
        for (var i = 0; i < limits.Length; i++)
        {
            limits[i] = _static[i];
            try
            {
                if (_plan.QuotaDefinitions[i].Limit?.Invoke(caller) is { } limit)
                {
                    if (limit >= 0)
                    {
                        limits[i] = Math.Min(limit, QuotaRules.MaxLimit);

                        // Written only if it changes: requests of all processors read the same cache line. NaN differs from every number.
                        if (_last[i] != limits[i])
                        {
                            _last[i] = limits[i];
                        }

                        continue;
                    }

                    Log.LimitInvalid(_logger, _plan.Quotas[i].Description.Name, _plan.PolicyName, _plan.TokenType, limit);
                    succeeded = false;
                }
            }
#pragma warning disable CA1031 // Whatever a function of the application throws: the request is limited by its address.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                Log.LimitFailed(_logger, _plan.Quotas[i].Description.Name, _plan.PolicyName, _plan.TokenType, exception);
                succeeded = false;
            }
        }

        return succeeded;
    }
}
