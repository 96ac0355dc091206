namespace RateLimitHeaders.AspNetCore;

/// <summary>Metadata of endpoints that tell of rate limits: a caller that is rejected can still find out why, whatever configuration says of them.</summary>
internal sealed class NeverLimited
{
    public static readonly NeverLimited Instance = new();

    private NeverLimited()
    {
    }
}
