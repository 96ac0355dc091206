namespace RateLimitHeaders.AspNetCore;

/// <summary>The problems that rejections were answered with, for the next ones: a flood is rejected in the same words each time.</summary>
internal sealed class RejectionProblems
{
    // Quotas of a configuration are few; the names of a limiter of the application or of a store may be any number.
    private const int MostKnown = 32;

    // Never changed, but replaced by a longer one. Threads that do so at the same time may lose what one of them added.
    private RejectionProblem[] _known = [];

    public RejectionProblem Of(bool isServersOwn, ReadOnlySpan<QuotaStatus> statuses)
    {
        var known = Volatile.Read(ref _known);
        foreach (var problem in known)
        {
            if (problem.IsOf(isServersOwn, statuses))
            {
                return problem;
            }
        }

        var created = new RejectionProblem(isServersOwn, statuses);
        if (known.Length < MostKnown)
        {
            Volatile.Write(ref _known, [.. known, created]);
        }

        return created;
    }
}
