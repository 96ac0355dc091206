namespace RateLimitHeaders.AspNetCore.Benchmarks;

/// <summary>Partitions by caller, as one thread sees them.</summary>
/// <typeparam name="TCaller">What tells callers apart.</typeparam>
internal abstract class Contender<TCaller> : IDisposable
{
    /// <summary>Takes one permit of a caller's.</summary>
    public abstract bool Acquire(TCaller caller);

    /// <summary>Gets the same partitions for another thread.</summary>
    public abstract Contender<TCaller> ForAnotherThread();

    /// <summary>Drops the partitions that are full again; ASP.NET Core's limiter cannot be asked to.</summary>
    /// <returns>Whether it can be asked.</returns>
    public virtual bool TrySweep() => false;

    /// <summary>Gets how many partitions there are; ASP.NET Core's limiter does not tell.</summary>
    public virtual int? Count => null;

    public abstract void Dispose();
}
