namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>A store whose answers the test gives.</summary>
internal sealed class ScriptedStore(Func<ScriptedAcquisition, ValueTask<ExternalLease>> answer) : QuotaStore
{
    public ScriptedStore(ExternalLease lease)
        : this(_ => new(lease))
    {
    }

    /// <summary>Gets what was asked.</summary>
    public List<ScriptedAcquisition> Asked { get; } = [];

    /// <summary>Gets what happened, in its order.</summary>
    public List<string> Events { get; } = [];

    public string[] Findings { get; init; } = [];

    public override IEnumerable<string> Validate(IReadOnlyCollection<StoredPlan> plans) => Findings;

    public override QuotaCounter CreateCounter(StoredPlan plan)
    {
        Events.Add($"counter of {plan.PolicyName}/{plan.TokenType}: {string.Join(", ", plan.Quotas.Select(quota => quota.Description.Name))}");
        return new Counter(this);
    }

    protected override void Dispose(bool disposing)
    {
        Events.Add("store disposed");
        base.Dispose(disposing);
    }

    private ValueTask<ExternalLease> Answer(ScriptedAcquisition asked) => answer(asked);

    private sealed class Counter(ScriptedStore store) : QuotaCounter
    {
        public override ValueTask<ExternalLease> AcquireAsync(
            RateLimitPrincipal principal, int permits, ReadOnlySpan<double> limits, CancellationToken cancellationToken = default)
        {
            var asked = new ScriptedAcquisition(principal.ToString(), permits, string.Join(' ', limits.ToArray()));
            store.Asked.Add(asked);
            return store.Answer(asked);
        }

        protected override void Dispose(bool disposing)
        {
            store.Events.Add("counter disposed");
            base.Dispose(disposing);
        }
    }
}
