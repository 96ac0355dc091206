namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>Presets of headers leave settings that were made before them, and settings after them count.</summary>
public class HeaderPresetTests
{
    [Fact]
    public void Bitbucket_WithoutAnArgument_LeavesNearLimit()
    {
        Assert.Equal(0.2, Of(headers => headers.Bitbucket()).NearLimit);
        Assert.Equal(0.1, Of(headers => headers.NearLimit(0.1).Bitbucket()).NearLimit);
        Assert.Equal(0.3, Of(headers => headers.NearLimit(0.1).Bitbucket(nearLimit: 0.3)).NearLimit);
        Assert.Equal(0.1, Of(headers => headers.Bitbucket(nearLimit: 0.3).NearLimit(0.1)).NearLimit);
    }

    [Fact]
    public void Jira_BesideOtherSettings_LeavesThem()
    {
        Assert.Equal((ResetFormat.Iso8601, "RateLimit-Reason"), ResetAndReason(headers => headers.Jira()));
        Assert.Equal(
            (ResetFormat.HttpDate, "X-Why"),
            ResetAndReason(headers => headers.XRateLimit(x => x.Reset = ResetFormat.HttpDate).Reason("X-Why").Jira()));
        Assert.Equal(
            (ResetFormat.UnixSeconds, "X-Why"),
            ResetAndReason(headers => headers.Jira().Reason("X-Why").XRateLimit(x => x.Reset = ResetFormat.UnixSeconds)));
    }

    [Fact]
    public void GitHubAndJira_InEitherOrder_AreTheSame()
    {
        Assert.Equal((ResetFormat.Iso8601, "RateLimit-Reason"), ResetAndReason(headers => headers.Jira().GitHub()));
        Assert.Equal((ResetFormat.Iso8601, "RateLimit-Reason"), ResetAndReason(headers => headers.GitHub().Jira()));
    }

    private static (ResetFormat Reset, string? Reason) ResetAndReason(Action<HeadersBuilder> headers)
    {
        var options = Of(headers);
        return (options.XRateLimit.Reset, options.ReasonField);
    }

    private static HeadersOptions Of(Action<HeadersBuilder> headers) => Definitions.OptionsOf(limits => limits.Headers(headers)).Headers;
}
