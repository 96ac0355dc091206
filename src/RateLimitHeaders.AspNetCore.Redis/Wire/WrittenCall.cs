using StackExchange.Redis;

namespace RateLimitHeaders.AspNetCore.Redis;

/// <summary>A call that takes costs, and the arguments from which it was written.</summary>
internal sealed record WrittenCall(PlanNumbers Numbers, long[] Costs, double[] Limits, RedisValue Call)
{
    /// <summary>Returns whether the call for these arguments is the same.</summary>
    public bool IsOf(PlanNumbers numbers, ReadOnlySpan<long> costs, ReadOnlySpan<double> limits) =>
        ReferenceEquals(numbers, Numbers) && costs.SequenceEqual(Costs) && limits.SequenceEqual(Limits);
}
