namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>All that a caller is told.</summary>
internal sealed record Answer(bool IsAdmitted, TimeSpan? RetryAfter, string Statuses)
{
    public static Answer Of(QuotaLease lease)
    {
        var statuses = new List<string>();
        foreach (var status in lease.Statuses)
        {
            statuses.Add($"{status.Name} {status.Remaining}/{status.Limit} {status.UntilMore} {status.UntilAll} {status.IsViolated}");
        }

        return new Answer(lease.IsAcquired, lease.RetryAfter, string.Join(", ", statuses));
    }
}
