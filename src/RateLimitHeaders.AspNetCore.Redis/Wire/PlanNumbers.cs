namespace RateLimitHeaders.AspNetCore.Redis;

/// <summary>The quotas of a plan in the format of the scripts, from one calendar boundary to the next.</summary>
/// <param name="Quotas">The numbers of the quotas.</param>
/// <param name="Start">The moment from which they are valid, in ticks since the Unix epoch.</param>
/// <param name="End">The moment until which they are valid.</param>
internal sealed record PlanNumbers(QuotaNumbers[] Quotas, long Start, long End)
{
    public bool AreOf(long moment) => moment >= Start && moment < End;
}
