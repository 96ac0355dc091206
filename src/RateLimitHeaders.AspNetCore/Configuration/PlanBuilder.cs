namespace RateLimitHeaders.AspNetCore;

/// <summary>The quotas of one token type under a policy, and when its responses carry headers.</summary>
public sealed class PlanBuilder : QuotaBuilder<PlanBuilder>
{
    internal PlanBuilder(BuilderState state, string place)
        : base(state, place)
    {
    }

    internal HeadersWhen? When { get; private set; }

    internal bool IsExempt { get; private set; }

    /// <summary>Limits these callers without telling them: the same as <c>WithHeaders(HeadersWhen.Never)</c>.</summary>
    /// <returns>This builder.</returns>
    public PlanBuilder WithoutHeaders() => WithHeaders(HeadersWhen.Never);

    /// <summary>Tells when responses carry rate limit headers; by default as <see cref="HeadersBuilder.When"/> says.</summary>
    /// <param name="when">When they do.</param>
    /// <returns>This builder.</returns>
    public PlanBuilder WithHeaders(HeadersWhen when)
    {
        State.ThrowIfUsed();
        if (!Enum.IsDefined(when))
        {
            State.Find($"{Place}WithHeaders is {when}; give a value of HeadersWhen.");
        }

        When = when;
        return this;
    }

    /// <summary>Does not limit these callers at all.</summary>
    /// <returns>This builder.</returns>
    public PlanBuilder Exempt()
    {
        State.ThrowIfUsed();
        IsExempt = true;
        return this;
    }

    internal IEnumerable<string> Validate()
    {
        if (IsExempt && Quotas.Count > 0)
        {
            yield return $"{Place}it has quotas and is exempt; keep one of the two.";
        }
        else if (!IsExempt && !HasFaultyQuota)
        {
            foreach (var finding in QuotaRules.Together([.. Quotas.Select(quota => quota.Quota.Description)]))
            {
                yield return Place + finding;
            }
        }
    }
}
