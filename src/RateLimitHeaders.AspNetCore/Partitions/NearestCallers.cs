namespace RateLimitHeaders.AspNetCore;

/// <summary>Keeps the callers nearest their limits of many.</summary>
/// <param name="count">The number of callers to keep.</param>
internal sealed class NearestCallers<TCaller>(int count)
{
    // The one with the largest share left comes out first.
    private readonly PriorityQueue<(TCaller Caller, double Share), double> _callers = new();

    /// <summary>Gets the callers, the nearest to their limits first.</summary>
    public IEnumerable<TCaller> All => _callers.UnorderedItems.Select(item => item.Element).OrderBy(item => item.Share).Select(item => item.Caller);

    /// <summary>Adds a caller, if it has used permits and is nearer its limits than one that is kept.</summary>
    public void Add(TCaller caller, double share)
    {
        if (share >= 1)
        {
            return;
        }

        if (_callers.Count < count)
        {
            _callers.Enqueue((caller, share), -share);
        }
        else if (share < _callers.Peek().Share)
        {
            _callers.DequeueEnqueue((caller, share), -share);
        }
    }
}
