namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>What configuration says, and what errors of it say, is the same wherever the server stands.</summary>
public class CultureConfigurationTests
{
    private const string Wrong =
        """
        {
          "MaxPartitions": -1,
          "Headers": { "NearLimit": 1.5, "Jitter": "-00:00:00.5000000" },
          "Quotas": {
            "low": { "PermitLimit": -0.5, "Window": "1m" },
            "comma": { "PermitLimit": "1,5", "Window": "1m" },
            "digits": { "PermitLimit": "\u0661\u0662", "Window": "1m" },
            "signs": { "PermitLimit": "\u22121", "Window": "1m" },
            "past": { "PermitLimit": 1, "Window": "-00:01:00" },
            "long": { "PermitLimit": 1, "Window": "36526d" },
            "slow": { "Algorithm": "TokenBucket", "PermitLimit": 1000000000, "RefillPerSecond": 0.25 },
            "dotless": { "PermitLimit": 1, "W\u0131ndow": "1m" }
          }
        }
        """;

    [Theory]
    [MemberData(nameof(Cultures.Names), MemberType = typeof(Cultures))]
    public void Errors_OfConfiguration_AreInvariant(string culture) => Assert.Equal(
        [
            new("RLH0052", "Quotas:comma:PermitLimit", "PermitLimit is \"1,5\"; give a number, such as 100 or 0.5."),
            new("RLH0052", "Quotas:digits:PermitLimit", "PermitLimit is \"\u0661\u0662\"; give a number, such as 100 or 0.5."),
            new("RLH0051", "Quotas:dotless:W\u0131ndow", "There is no setting W\u0131ndow; correct it to Window, or leave it out."),
            new("RLH0052", "Quotas:signs:PermitLimit", "PermitLimit is \"\u22121\"; give a number, such as 100 or 0.5."),
            new("RLH0002", "MaxPartitions", "MaxPartitions is -1; give 1 or more."),
            new("RLH0404", "Headers:NearLimit", "NearLimit is 1.5; give a share between 0 and 1, such as 0.2."),
            new("RLH0406", "Headers:Jitter", "Jitter is -00:00:00.5000000; give a time from zero to 36525 days."),
            new("RLH0202", "Quotas:dotless:Window", "Window is missing; give a time above zero, such as TimeSpan.FromMinutes(1), or \"1m\" in configuration."),
            new("RLH0202", "Quotas:long:Window", "Window is 36526.00:00:00; give at most 36525 days, the longest that can be represented."),
            new("RLH0201", "Quotas:low:PermitLimit", "PermitLimit is -0.5; give a limit from 1 to 999,999,999,999,999, or no quota at all."),
            new("RLH0202", "Quotas:past:Window", "Window is -00:01:00; give a time above zero, such as TimeSpan.FromMinutes(1)."),
            new("RLH0204", "Quotas:slow:RefillPerSecond", "RefillPerSecond is 0.25; give a rate that fills the bucket within 36525 days."),
        ],
        Cultures.In(culture, () => Configured.ErrorsOf(Wrong)));

    [Theory]
    [MemberData(nameof(Cultures.Names), MemberType = typeof(Cultures))]
    public void Definition_OfKeysInAnotherCase_IsTheSame(string culture) => Assert.Equal(
        Definitions.Of(limits => limits.SlidingWindow("q", 1.5, TimeSpan.FromSeconds(1.5))),
        Cultures.In(culture, () => Configured.Define(
            """{ "QUOTAS": { "q": { "ALGORITHM": "SLIDINGWINDOW", "permitlimit": "1.5", "WINDOW": "00:00:01.5000000" } } }""")));
}
