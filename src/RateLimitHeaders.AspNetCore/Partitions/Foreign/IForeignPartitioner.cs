namespace RateLimitHeaders.AspNetCore;

/// <summary>Creates the partitions of a policy whose limiters are the application's own.</summary>
internal interface IForeignPartitioner
{
    PlanPartitions CreatePartitions(PartitionsContext context);
}
