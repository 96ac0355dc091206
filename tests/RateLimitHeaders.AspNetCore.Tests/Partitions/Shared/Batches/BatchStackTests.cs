namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>Which plans are counted in batches.</summary>
public class BatchStackTests
{
    private static readonly Quota s_window = Quota.FixedWindow("hourly", 100, TimeSpan.FromHours(1));

    [Fact]
    public void Plan_WithSettings_IsCountedInBatchesBehindRememberedRejections()
    {
        var store = new BatchStore(new DictionaryStore(new RateLimitStoreOptions { LocalBatches = new() }));
        using var guard = TestStack.GuardOf(store);
        using var partitions = StoreStack.Create(guard, TestPlan.Create(TimeProvider.System, "api", s_window));
        Assert.IsType<RememberingPartitions>(partitions);
        store.Options.RememberRejections = false;
        using var others = StoreStack.Create(guard, TestPlan.Create(TimeProvider.System, "api", s_window));
        Assert.IsType<BatchingPartitions>(others);
    }

    [Theory]
    [InlineData(false, true, false)]
    [InlineData(true, false, false)]
    [InlineData(true, true, true)]
    public void Plan_WithoutSettingsOrSupportOrWithConcurrency_IsCountedExactly(bool isSet, bool isSupported, bool hasConcurrency)
    {
        var store = new BatchStore(new DictionaryStore(new RateLimitStoreOptions
        {
            LocalBatches = isSet ? new() : null,
            RememberRejections = false,
        }))
        { SupportsBatches = isSupported };
        using var guard = TestStack.GuardOf(store);
        Quota[] quotas = hasConcurrency ? [s_window, Quota.Concurrency("running", 2)] : [s_window];
        using var partitions = StoreStack.Create(guard, TestPlan.Create(TimeProvider.System, "api", quotas));
        Assert.IsType<GuardedPartitions>(partitions);
    }
}
