namespace RateLimitHeaders.AspNetCore.Redis;

/// <summary>The quotas of a plan as the scripts understand them, from one calendar boundary to the next.</summary>
/// <param name="Quotas">The numbers of the quotas.</param>
/// <param name="Start">From when on they are right, in ticks since the Unix epoch.</param>
/// <param name="End">Until when they are right.</param>
internal sealed record PlanNumbers(QuotaNumbers[] Quotas, long Start, long End)
{
    public bool AreOf(long moment) => moment >= Start && moment < End;
}
