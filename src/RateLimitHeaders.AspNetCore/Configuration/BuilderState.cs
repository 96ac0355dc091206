namespace RateLimitHeaders.AspNetCore;

/// <summary>What the builders of one configuration share: what they found wrong, and whether they may still be used.</summary>
internal sealed class BuilderState
{
    private readonly List<string> _findings = [];
    private bool _used;

    public IReadOnlyList<string> Findings => _findings;

    public void Find(string finding) => _findings.Add(finding);

    public void Find(IEnumerable<string> findings) => _findings.AddRange(findings);

    public void Use() => _used = true;

    public void ThrowIfUsed()
    {
        if (_used)
        {
            throw new InvalidOperationException(
                "The rate limits are in use and cannot be changed through their builder any more; "
                + "make all calls inside AddRateLimitHeaders(limits => …) or UseRateLimitHeaders(limits => …).");
        }
    }
}
