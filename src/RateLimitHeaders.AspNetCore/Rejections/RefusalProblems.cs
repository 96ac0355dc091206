namespace RateLimitHeaders.AspNetCore;

/// <summary>The problems that refusals were answered with, for the next ones: a flood is refused in the same words each time.</summary>
internal sealed class RefusalProblems
{
    // Quotas of a configuration are few; the names of a foreign limiter's or a store's may be any number.
    private const int MostKnown = 32;

    // Never changed, but replaced by a longer one. Threads that do so at the same time may lose what one of them learnt.
    private RefusalProblem[] _known = [];

    public RefusalProblem Of(bool isServersOwn, ReadOnlySpan<QuotaStatus> statuses)
    {
        var known = Volatile.Read(ref _known);
        foreach (var problem in known)
        {
            if (problem.IsOf(isServersOwn, statuses))
            {
                return problem;
            }
        }

        var isKept = known.Length < MostKnown;
        var created = new RefusalProblem(isServersOwn, statuses, isKept);
        if (isKept)
        {
            Volatile.Write(ref _known, [.. known, created]);
        }

        return created;
    }
}
