namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>A server's store over states in memory, which counts the calls; a test may have them answered otherwise.</summary>
internal sealed class BatchStore(DictionaryStore states) : RateLimitStore
{
    private int _calls;

    public override string Name => "Batches";

    public override RateLimitStoreOptions Options => states.Options;

    /// <summary>Gets how many calls there were.</summary>
    public int Calls => Volatile.Read(ref _calls);

    /// <summary>Gets or sets a value indicating whether the store takes batches.</summary>
    public bool SupportsBatches { get; set; } = true;

    /// <summary>Gets or sets how calls are answered. It is given what makes the call.</summary>
    public Func<Func<ValueTask>, ValueTask> Answer { get; set; } = static count => count();

    /// <summary>Gets the last batch that was asked for.</summary>
    public BatchArguments LastBatch { get; private set; }

    /// <summary>Gets the number of partitions that are not disposed.</summary>
    public int LivePartitions { get; private set; }

    /// <summary>Has calls come to nothing, by their own fault, so that no outage begins.</summary>
    public void FailCalls() => Answer = static _ => throw new RateLimitStoreException(StoreFailureKind.Call, "it came to nothing");

    /// <summary>Has the store be gone.</summary>
    public void Break() => Answer = static _ => throw new RateLimitStoreException(StoreFailureKind.Connection, "it is gone");

    public void Mend() => Answer = static count => count();

    public override StorePartitions CreatePartitions(PartitionsContext context)
    {
        LivePartitions++;
        return new BatchStorePartitions(this, states.CreatePartitions(context));
    }

    public ValueTask RunAsync(Func<ValueTask> count)
    {
        Interlocked.Increment(ref _calls);
        return Answer(count);
    }

    public ValueTask RunAsync(in BatchArguments batch, Func<ValueTask> count)
    {
        LastBatch = batch;
        return RunAsync(count);
    }

    public void OnPartitionsDisposed() => LivePartitions--;
}
