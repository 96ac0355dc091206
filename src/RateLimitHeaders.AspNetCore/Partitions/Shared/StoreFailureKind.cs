namespace RateLimitHeaders.AspNetCore;

/// <summary>What is at fault when a call of a store comes to nothing.</summary>
public enum StoreFailureKind
{
    /// <summary>There was no answer in time.</summary>
    Deadline,

    /// <summary>There is no connection, or it was lost.</summary>
    Connection,

    /// <summary>The store says that it cannot count now: it is out of memory, read-only, loading, or its cluster is down.</summary>
    Server,

    /// <summary>The call itself is wrong. The store is well, and waiting does not help: the configuration or data must be mended.</summary>
    Call,
}
