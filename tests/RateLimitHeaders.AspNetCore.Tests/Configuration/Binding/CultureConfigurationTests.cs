namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>What configuration says, and what errors of it say, is the same wherever the server stands.</summary>
public class CultureConfigurationTests
{
    [Theory]
    [MemberData(nameof(Cultures.Names), MemberType = typeof(Cultures))]
    public void Errors_OfConfiguration_AreInvariant(string culture) => Assert.Equal(
        [
            new("RLH0051", "Quotas:q:LIMIT", "There is no setting LIMIT (its value is \"1\"); correct it to PermitLimit, or leave it out."),
        ],
        Cultures.In(culture, () => Configured.ErrorsOf(
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
            """)));

    [Theory]
    [MemberData(nameof(Cultures.Names), MemberType = typeof(Cultures))]
    public void Definition_OfKeysInAnotherCase_IsTheSame(string culture) => Assert.Equal(
        Definitions.Of(limits => limits.SlidingWindow("q", 1.5, TimeSpan.FromSeconds(1.5))),
        Cultures.In(culture, () => Configured.Define(
            """{ "QUOTAS": { "q": { "ALGORITHM": "SLIDINGWINDOW", "permitlimit": "1.5", "WINDOW": "00:00:01.5000000" } } }""")));
}
