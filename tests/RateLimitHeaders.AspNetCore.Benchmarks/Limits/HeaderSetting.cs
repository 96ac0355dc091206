namespace RateLimitHeaders.AspNetCore.Benchmarks;

/// <summary>Which headers our middleware writes.</summary>
internal enum HeaderSetting
{
    /// <summary>None.</summary>
    None,

    /// <summary>The default: <c>X-RateLimit-Limit</c>, <c>-Remaining</c> and <c>-Reset</c>.</summary>
    XRateLimit,

    /// <summary>Those, Bitbucket's <c>-Resource</c> and <c>-NearLimit</c>, and the IETF's two.</summary>
    AllFamilies,
}
