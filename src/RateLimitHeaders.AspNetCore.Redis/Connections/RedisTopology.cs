namespace RateLimitHeaders.AspNetCore.Redis;

/// <summary>What a client speaks to, of which depends where keys lie.</summary>
internal enum RedisTopology
{
    /// <summary>It is not known, or is a proxy, or several servers that know nothing of each other.</summary>
    Unknown,

    /// <summary>One server has all keys, whether or not it has replicas.</summary>
    Standalone,

    /// <summary>Servers share the keys by their slots.</summary>
    Cluster,
}
