using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http;

namespace RateLimitHeaders.AspNetCore;

/// <summary>Creates the partitions that a delegate of the application describes, as ASP.NET Core's own rate limiting takes it.</summary>
/// <typeparam name="TKey">The type of the partition keys.</typeparam>
/// <param name="Partitioner">Returns the partition of a request. Two definitions with the same delegate are equal.</param>
internal sealed record ForeignPartitioner<TKey>(Func<HttpContext, RateLimitPartition<TKey>> Partitioner) : IForeignPartitioner
{
    public PlanPartitions CreatePartitions(PartitionsContext context) => new ForeignPartitions<TKey>(context, Partitioner);
}
