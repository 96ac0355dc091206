namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>
/// What the documentation of AspNetCoreRateLimit says of rules without stacked rejections: each rule counts a window that opens
/// with a client's first request, and a request that a rule rejects is added to none.
/// </summary>
/// <param name="isByEndpoint">Whether a rule of <c>*</c> counts each endpoint apart, as with <c>EnableEndpointRateLimiting</c>.</param>
/// <param name="rules">The rules: <c>*</c>, or a method and a path.</param>
internal sealed class ThrottleModel(bool isByEndpoint, params (string Endpoint, TimeSpan Period, int Limit)[] rules)
{
    private readonly Dictionary<(string Client, string Endpoint, TimeSpan Period), (DateTimeOffset Start, int Count)> _windows = [];

    /// <summary>Tells whether a request is admitted.</summary>
    /// <param name="client">The client's address.</param>
    /// <param name="endpoint">The method and path, as rules write them.</param>
    /// <param name="now">The moment.</param>
    public bool Admits(string client, string endpoint, DateTimeOffset now)
    {
        var matching = rules.Where(rule => rule.Endpoint == "*" || rule.Endpoint == endpoint).ToArray();
        var windows = matching.Select(rule => WindowOf(KeyOf(rule), now)).ToArray();
        if (matching.Zip(windows).Any(pair => pair.Second.Count >= pair.First.Limit))
        {
            return false;
        }

        foreach (var (rule, (start, count)) in matching.Zip(windows))
        {
            _windows[KeyOf(rule)] = (start, count + 1);
        }

        return true;

        (string Client, string Endpoint, TimeSpan Period) KeyOf((string Endpoint, TimeSpan Period, int Limit) rule) =>
            (client, isByEndpoint ? endpoint : rule.Endpoint, rule.Period);
    }

    private (DateTimeOffset Start, int Count) WindowOf((string Client, string Endpoint, TimeSpan Period) key, DateTimeOffset now) =>
        _windows.TryGetValue(key, out var window) && window.Start + key.Period > now ? window : (now, 0);
}
