namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>A store of which only the settings matter, and whether it was disposed.</summary>
internal sealed class SettingsStore : RateLimitStore, IDisposable
{
    public override string Name => "Settings";

    public override RateLimitStoreOptions Options { get; } = new();

    /// <summary>Gets the errors that the store finds itself.</summary>
    public List<RateLimitConfigurationError> Errors { get; } = [];

    /// <summary>Gets the plans that the store was asked about.</summary>
    public List<PlanDefinition> Plans { get; } = [];

    public int Disposed { get; private set; }

    public override IEnumerable<RateLimitConfigurationError> Validate(IReadOnlyCollection<PlanDefinition> plans)
    {
        Plans.AddRange(plans);
        return Errors;
    }

    public override StorePartitions CreatePartitions(PartitionsContext context) => throw new NotSupportedException();

    public void Dispose() => Disposed++;
}
