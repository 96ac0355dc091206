using System.Threading.RateLimiting;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>What configuration says is what the builders say.</summary>
public class BoundDefinitionTests
{
    internal const string Everything = """
        {
          "MaxPartitions": 10,
          "DefaultPolicy": "api",
          "Principals": [
            { "From": "Claim", "ClaimType": "wat_id", "TokenType": "access-token" },
            { "From": "AuthenticationScheme", "Scheme": "Keys", "TokenType": "key" },
            { "From": "Header", "HeaderName": "X-Api-Key", "Values": ["one", "two"], "TokenType": "partner" },
            { "From": "User", "TokenType": "person" },
            { "From": "User", "TokenType": "customer", "PlanClaim": "plan" },
            { "From": "Form", "FieldName": "account", "TokenType": "account" },
            { "From": "IpAddress", "IPv6PrefixLength": 48, "TokenType": "address" }
          ],
          "Headers": {
            "When": "NearLimit",
            "NearLimit": 0.1,
            "AdvertisedRate": 2.5,
            "Jitter": "2s",
            "ResetWhenFull": true,
            "ResetOnOtherErrors": true,
            "ReasonField": "RateLimit-Reason",
            "Existing": "Keep",
            "MarkPrivate": true,
            "ExposeToBrowsers": true,
            "XRateLimit": {
              "Fields": "Limit, Remaining, Reset",
              "Prefix": "X-Rate-Limit-",
              "Names": { "Remaining": "X-Left" },
              "Reset": "Iso8601",
              "WholeLimit": true
            },
            "Ietf": { "Draft": "Draft11", "Prefix": "Beta-", "IncludePartitionKey": true, "PartitionKeySecret": "AAECAwQFBgcICQoLDA0ODw==" }
          },
          "Policies": {
            "api": {
              "Resource": "everything",
              "Headers": "Rejected",
              "Reason": "too much",
              "Cost": 2,
              "Costs": { "content-bytes": 0, "hourly": "AnyLeft" },
              "Plans": {
                "access-token": {
                  "Headers": "Never",
                  "ChargeAfterOutage": true,
                  "Quotas": {
                    "bytes": { "Rate": "1000/1d", "AlignToClock": true, "Unit": "content-bytes" },
                    "hourly": { "Algorithm": "SlidingWindow", "PermitLimit": 952.38, "Window": "01:00:00", "Segments": 60, "Display": "Pinned", "Reason": "hour" }
                  }
                },
                "address": { "IsExempt": true }
              },
              "PlanForOthers": {
                "Quotas": {
                  "burst": { "Algorithm": "TokenBucket", "PermitLimit": 20, "RefillPerSecond": 0.5 },
                  "slots": { "Algorithm": "Concurrency", "PermitLimit": 2, "QueueLimit": 3, "QueueProcessingOrder": "NewestFirst", "RetryAfter": "00:00:05" }
                }
              }
            },
            "search": { "Quotas": { "q": { "Rate": "100/1m", "Display": "Hidden" } } }
          }
        }
        """;

    [Fact]
    public void Definition_OfEverything_IsThatOfTheBuilders()
    {
        var built = Definitions.OptionsOf(limits => limits
            .MaxPartitions(10)
            .Principals(principals => principals
                .FromClaim("wat_id", "access-token")
                .FromAuthenticationScheme("Keys", "key")
                .FromUser("person")
                .FromUser("customer", planClaim: "plan")
                .FromForm("account", "account")
                .FromIpAddress(48, "address"))
            .AddPolicy("api", policy => policy
                .Resource("everything")
                .Cost(2)
                .Cost("content-bytes", 0)
                .Cost("hourly", PermitCost.AnyLeft)
                .For("access-token", plan => plan
                    .FixedWindow("bytes", 1000, TimeSpan.FromDays(1), alignToClock: true, unit: QuotaUnits.ContentBytes)
                    .SlidingWindow("hourly", 952.38, TimeSpan.FromHours(1), segments: 60)
                    .Pin("hourly")
                    .Reason("hourly", "hour")
                    .ChargeAfterOutage()
                    .WithoutHeaders())
                .Exempt("address")
                .ForOthers(plan => plan
                    .TokenBucket("burst", 20, 0.5)
                    .Concurrency("slots", 2, queueLimit: 3, QueueProcessingOrder.NewestFirst, TimeSpan.FromSeconds(5))))
            .AddPolicy("search", policy => policy.FixedWindow("q", 100, TimeSpan.FromMinutes(1)).Hide("q"))
            .DefaultPolicy("api")
            .Headers(headers => headers
                .When(HeadersWhen.NearLimit)
                .NearLimit(0.1)
                .CapAdvertisedRate(2.5)
                .Jitter(TimeSpan.FromSeconds(2))
                .ResetWhenFull()
                .ResetOnOtherErrors()
                .Reason()
                .Existing(ExistingFields.Keep)
                .MarkPrivate()
                .ExposeToBrowsers()
                .XRateLimit(x =>
                {
                    x.Fields = XRateLimitFields.Limit | XRateLimitFields.Remaining | XRateLimitFields.Reset;
                    x.Prefix = "X-Rate-Limit-";
                    x.Reset = ResetFormat.Iso8601;
                    x.WholeLimit = true;
                    x.Rename(XRateLimitFields.Remaining, "X-Left");
                })
                .Ietf("Beta-")
                .Ietf(ietf => ietf.PartitionKey(new byte[] { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15 }))));
        built.Principals.Insert(2, HeaderRule.Listed("X-Api-Key", "partner", ["one", "two"]));
        (built.Policies["api"].Headers, built.Policies["api"].Reason) = (HeadersWhen.Rejected, "too much");

        var read = Configured.Read(Everything);

        // The scheme is not registered here, which is the one error of both.
        Assert.Equal(["RLH0106"], Definitions.ErrorsOf(read).Select(error => error.Id));
        read.Principals.RemoveAt(1);
        built.Principals.RemoveAt(1);
        Assert.Equal(Definitions.Of(built), Definitions.Of(read));
        Assert.Empty(read.Findings.Overridden);
    }

    [Fact]
    public void Definition_OfNulls_IsThatWithoutThem() => Assert.Equal(
        Definitions.Of(limits => limits.AddPolicy("p", policy => policy.TokenBucket("q", 5, TimeSpan.FromMinutes(1)))),
        Configured.Define("""
            {
              "DefaultPolicy": null,
              "Headers": { "AdvertisedRate": null, "ReasonField": null, "Ietf": { "PartitionKeySecret": null } },
              "Policies": {
                "p": {
                  "Resource": null, "Headers": null, "Reason": null, "Costs": {},
                  "Quotas": { "q": { "Algorithm": "TokenBucket", "PermitLimit": 5, "Window": "1m", "RefillPerSecond": null, "Reason": null } }
                }
              }
            }
            """));

    [Theory]
    [InlineData("00:00:01.5", 15_000_000)]
    [InlineData("7.00:00:00", 7 * TimeSpan.TicksPerDay)]
    [InlineData("250ms", 250 * TimeSpan.TicksPerMillisecond)]
    [InlineData("30s", 30 * TimeSpan.TicksPerSecond)]
    [InlineData("15m", 15 * TimeSpan.TicksPerMinute)]
    [InlineData("1h", TimeSpan.TicksPerHour)]
    [InlineData("7d", 7 * TimeSpan.TicksPerDay)]
    public void Time_InEachForm_IsRead(string text, long ticks) => Assert.Equal(
        new TimeSpan(ticks),
        Configured.Read($$"""{ "Quotas": { "q": { "PermitLimit": 1, "Window": "{{text}}" } } }""").Quotas["q"].Window);

    [Theory]
    [InlineData("100/1m", 100, 60)]
    [InlineData("0.5/1s", 0.5, 1)]
    [InlineData("952.38 / 1h", 952.38, 3600)]
    [InlineData("5000/00:00:10", 5000, 10)]
    public void Rate_InEachForm_IsRead(string text, double permits, int seconds)
    {
        var quota = Configured.Read($$"""{ "Quotas": { "q": { "Rate": "{{text}}" } } }""").Quotas["q"];

        Assert.Equal((permits, TimeSpan.FromSeconds(seconds)), (quota.PermitLimit, quota.Window));
    }
}
