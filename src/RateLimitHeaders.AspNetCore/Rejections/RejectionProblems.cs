namespace RateLimitHeaders.AspNetCore;

/// <summary>The problems of earlier rejections, for the next ones: a flood is rejected with the same texts each time.</summary>
internal sealed class RejectionProblems
{
    // The quotas of a configuration are few; a limiter of the application or a store may have any number of names.
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

    /// <summary>Removes all problems, because names of quotas may have changed.</summary>
    public void Clear() => Volatile.Write(ref _known, []);
}
