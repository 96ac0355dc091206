namespace RateLimitHeaders.AspNetCore;

/// <summary>The value of <c>RateLimit-Policy</c> that a plan has written last: the same for nearly all responses if limits are constant.</summary>
/// <remarks>Threads may overwrite each other's texts, each of which is correct for the numbers that are stored with it.</remarks>
internal sealed class PolicyTextCache
{
    private PolicyText? _policy;

    /// <summary>Returns the value of <c>RateLimit-Policy</c>, which depends only on the limits.</summary>
    public string Get(ReadOnlySpan<QuotaStatus> statuses, Func<ReadOnlySpan<QuotaStatus>, string> format)
    {
        if (_policy is { } known && known.IsOf(statuses))
        {
            return known.Text;
        }

        var text = format(statuses);
        _policy = new PolicyText(statuses, text);
        return text;
    }

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
