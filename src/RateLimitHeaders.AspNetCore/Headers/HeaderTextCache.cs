namespace RateLimitHeaders.AspNetCore;

/// <summary>The header texts of one plan that are the same for many responses: nearly all, where limits are constant.</summary>
/// <remarks>Threads may overwrite each other's texts, each of which is right for the numbers beside it.</remarks>
internal sealed class HeaderTextCache
{
    // More quotas than this take turns.
    private const int LimitSlots = 4;

    private readonly LimitText?[] _limits = new LimitText?[LimitSlots];
    private PolicyText? _policy;

    /// <summary>Gets the text of the limit of a quota.</summary>
    public string Limit(int quota, double limit)
    {
        ref var slot = ref _limits[quota % LimitSlots];
        if (slot is { } known && known.Limit == limit)
        {
            return known.Text;
        }

        var text = NumberText.Of(limit);
        slot = new LimitText(limit, text);
        return text;
    }

    /// <summary>Gets the value of <c>RateLimit-Policy</c>, which depends on the limits alone.</summary>
    public string Policy(ReadOnlySpan<QuotaStatus> statuses, Func<ReadOnlySpan<QuotaStatus>, string> format)
    {
        if (_policy is { } known && known.IsOf(statuses))
        {
            return known.Text;
        }

        var text = format(statuses);
        _policy = new PolicyText(statuses, text);
        return text;
    }

    private sealed record LimitText(double Limit, string Text);

    private sealed class PolicyText
    {
        private readonly (QuotaDescription Quota, double Limit)[] _quotas;

        public PolicyText(ReadOnlySpan<QuotaStatus> statuses, string text)
        {
            _quotas = new (QuotaDescription, double)[statuses.Length];
            for (var i = 0; i < statuses.Length; i++)
            {
                _quotas[i] = (statuses[i].Quota, statuses[i].LimitOrNaN);
            }

            Text = text;
        }

        public string Text { get; }

        public bool IsOf(ReadOnlySpan<QuotaStatus> statuses)
        {
            for (var i = 0; i < statuses.Length; i++)
            {
                if (i >= _quotas.Length || _quotas[i].Quota != statuses[i].Quota || !_quotas[i].Limit.Equals(statuses[i].LimitOrNaN))
                {
                    return false;
                }
            }

            return statuses.Length == _quotas.Length;
        }
    }
}
