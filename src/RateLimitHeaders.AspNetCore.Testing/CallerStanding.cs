using System.Globalization;

namespace RateLimitHeaders.AspNetCore.Testing;

/// <summary>The standing of a caller: its status with each quota.</summary>
public sealed class CallerStanding
{
    internal CallerStanding(RateLimitFeature feature)
    {
        PolicyName = feature.PolicyName!;
        Principal = feature.Principal;
        IsRejected = feature.Outcome == RateLimitOutcome.Rejected;
        RetryAfter = feature.RetryAfter;
        Statuses = feature.Statuses;
    }

    /// <summary>Gets the name of the policy. If several policies decide together, it is the policy of the endpoint.</summary>
    public string PolicyName { get; }

    /// <summary>
    /// Gets the caller as the application identifies it; <see langword="null"/> if a limiter of the application distinguishes callers
    /// by itself.
    /// </summary>
    public RateLimitPrincipal? Principal { get; }

    /// <summary>
    /// Gets a value indicating whether the caller was at a limit, so that the request that was sent was rejected. It is <see langword="false"/>
    /// if the request got 503 because it is not known whether it fits (<see cref="RateLimitOutcome.Unavailable"/>).
    /// </summary>
    public bool IsRejected { get; }

    /// <summary>
    /// Gets the time that the caller must wait; <see langword="null"/> if the request that was sent was admitted, if waiting does not help, or
    /// if the time is not known.
    /// </summary>
    public TimeSpan? RetryAfter { get; }

    /// <summary>
    /// Gets the caller's status with each quota; empty if it is not known. A concurrency quota also counts the request that was sent
    /// to get the standing.
    /// </summary>
    public IReadOnlyList<QuotaStatus> Statuses { get; }

    /// <summary>Gets the caller's status with one quota.</summary>
    /// <param name="quotaName">The name of the quota.</param>
    /// <exception cref="RateLimitAssertionException">The caller's plan has no such quota.</exception>
    public QuotaStatus this[string quotaName]
    {
        get
        {
            foreach (var status in Statuses)
            {
                if (status.Name == quotaName)
                {
                    return status;
                }
            }

            throw new RateLimitAssertionException($"There is no quota \"{quotaName}\". {this}.");
        }
    }

    /// <summary>Returns the standing in one line.</summary>
    public override string ToString() =>
        $"{Principal?.ToString() ?? "A caller"} under the policy \"{PolicyName}\" has {(Statuses.Count == 0 ? "quotas that are not known" : string.Join(", ", Statuses.Select(Text)))}";

    private static string Text(QuotaStatus quota) => string.Create(
        CultureInfo.InvariantCulture,
        $"{quota.Remaining}{(quota.Limit is { } limit ? $" of {limit}" : "")} left of \"{quota.Name}\"{(quota.UntilAll is { } all && all > TimeSpan.Zero ? $" (all in {all})" : "")}");
}
