namespace RateLimitHeaders.AspNetCore;

/// <summary>The cause of a failed call of a store.</summary>
public enum StoreFailureKind
{
    /// <summary>There was no answer in time.</summary>
    Deadline,

    /// <summary>There is no connection, or it was lost.</summary>
    Connection,

    /// <summary>The store reports that it cannot count now: it is out of memory, read-only, loading, or its cluster is down.</summary>
    Server,

    /// <summary>The call itself is wrong. The store works, and waiting does not help: the configuration or the data must be corrected.</summary>
    Call,
}
