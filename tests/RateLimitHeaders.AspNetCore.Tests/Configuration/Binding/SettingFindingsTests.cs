namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>A setting that cannot be read makes all settings below it unread, and is a part of those above it.</summary>
public class SettingFindingsTests
{
    [Theory]
    [InlineData("Policies:p", true, true)]
    [InlineData("policies:P:Plans:user:Quotas", true, true)]
    [InlineData("Policies:p:", true, true)]
    [InlineData("Policies", false, true)]
    [InlineData("Policies:pq", false, false)]
    [InlineData("Policies:q:Policies:p", false, false)]
    [InlineData("", false, false)]
    public void Setting_IsUnread_IfItOrASectionAboveItIs(string path, bool isUnread, bool isInPart)
    {
        var findings = new SettingFindings();
        findings.MarkUnread("Policies:p");

        Assert.Equal((isUnread, isInPart), (findings.IsUnread(path), findings.IsUnreadInPart(path)));
    }
}
