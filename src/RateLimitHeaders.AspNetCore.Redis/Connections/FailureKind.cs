namespace RateLimitHeaders.AspNetCore.Redis;

/// <summary>What went wrong with a call, in the words of the metric.</summary>
internal enum FailureKind
{
    /// <summary>There was no answer in time.</summary>
    Deadline,

    /// <summary>There is no connection, or it was lost.</summary>
    Connection,

    /// <summary>The server says that it cannot do it now: out of memory, read-only, loading, its cluster down, …</summary>
    Server,

    /// <summary>The call itself is wrong. The server is well, and waiting helps nothing: somebody must mend something.</summary>
    Call,
}
