namespace RateLimitHeaders.AspNetCore;

/// <summary>This server's share of the limits of a plan.</summary>
internal sealed class NodeLimits
{
    private readonly int _nodes;
    private readonly double[] _own;
    private readonly double[] _initial;

    /// <param name="plan">The plan.</param>
    /// <param name="nodes">How many servers share the limits.</param>
    public NodeLimits(PlanDefinition plan, int nodes)
    {
        _nodes = nodes;
        _own = [.. plan.QuotaDefinitions.Select(quota => quota.Limit is null ? OfLimit(quota.Quota.Limit) : double.NaN)];
        _initial = [.. plan.Quotas.Select(quota => OfLimit(quota.Limit))];
    }

    /// <summary>
    /// Returns the shares of limits. Not a number stays so if a function of the caller returns the limit: the partition keeps its
    /// present limit.
    /// </summary>
    public ReadOnlyMemory<double> Of(ReadOnlyMemory<double> limits) => Of(limits, _own);

    /// <summary>Returns the shares of the limits of a caller that is not known yet.</summary>
    public ReadOnlyMemory<double> OfInitial(ReadOnlyMemory<double> limits) => Of(limits, _initial);

    /// <summary>
    /// Returns the share of a limit: a whole number, because that is what a server admits by itself. One of ten servers that share a
    /// limit of 5 would otherwise never admit a request; a caller should get at least a part of its limit.
    /// </summary>
    public double OfLimit(double limit) => _nodes == 1 || limit <= 1 ? limit : Math.Max(1, Math.Floor(limit / _nodes));

    /// <summary>Returns this server's share of the remaining permits, rounded down, so that all servers together grant no more than remain.</summary>
    public long OfRemaining(long remaining) => remaining / _nodes;

    private double[] Of(ReadOnlyMemory<double> limits, double[] others)
    {
        if (limits.IsEmpty)
        {
            return others;
        }

        var shares = new double[others.Length];
        for (var i = 0; i < shares.Length; i++)
        {
            var limit = limits.Span[i];
            shares[i] = double.IsNaN(limit) ? others[i] : OfLimit(limit);
        }

        return shares;
    }
}
