using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http;

namespace RateLimitHeaders.AspNetCore;

/// <summary>A policy of somebody else's partitions, as configured.</summary>
/// <typeparam name="TKey">The type of the partition keys.</typeparam>
internal sealed class ForeignPolicySource<TKey>(
    string name, string? resource, Func<HttpContext, RateLimitPartition<TKey>> partitioner, HeadersWhen? headersWhen) : PolicySource(name)
    where TKey : notnull
{
    // No principal is asked for, so that there is no token type to name.
    private const string TokenType = "none";

    public override IEnumerable<string> Validate(IReadOnlyCollection<string> tokenTypes) => [];

    public override Policy Create(PolicyContext context) => new ForeignPolicy<TKey>(
        Name,
        resource ?? Name,
        partitioner,
        headersWhen ?? context.DefaultHeadersWhen,
        context.CreateBudget(Name, TokenType),
        context.TimeProvider,
        () => context.Metrics.Overflowed(Name, TokenType),
        context.Logger);
}
