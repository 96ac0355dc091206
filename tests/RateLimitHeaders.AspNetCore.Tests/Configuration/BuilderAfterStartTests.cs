using System.Threading.RateLimiting;

namespace RateLimitHeaders.AspNetCore.Tests;

public class BuilderAfterStartTests
{
    private static readonly Dictionary<string, Action<KeptBuilders>> s_uses = new()
    {
        ["limits.Principals"] = kept => kept.Limits.Principals(_ => { }),
        ["limits.AddPolicy"] = kept => kept.Limits.AddPolicy("late", (PolicyBuilder _) => { }),
        ["limits.AddPolicy of partitions"] = kept => kept.Limits.AddPolicy("late", _ => RateLimitPartition.GetNoLimiter(1)),
        ["limits.DefaultPolicy"] = kept => kept.Limits.DefaultPolicy(_ => { }),
        ["limits.DefaultPolicy by name"] = kept => kept.Limits.DefaultPolicy("late"),
        ["limits.Headers"] = kept => kept.Limits.Headers(_ => { }),
        ["limits.ExemptWhen"] = kept => kept.Limits.ExemptWhen(_ => true),
        ["limits.OnRejected"] = kept => kept.Limits.OnRejected(_ => ValueTask.CompletedTask),
        ["limits.MaxPartitions"] = kept => kept.Limits.MaxPartitions(1),
        ["limits.UseTimeProvider"] = kept => kept.Limits.UseTimeProvider(TimeProvider.System),
        ["limits.FixedWindow"] = kept => kept.Limits.FixedWindow(1, Minute),
        ["limits.SlidingWindow"] = kept => kept.Limits.SlidingWindow(1, Minute),
        ["limits.TokenBucket"] = kept => kept.Limits.TokenBucket(1, 1),
        ["limits.Concurrency"] = kept => kept.Limits.Concurrency("slots", 1),
        ["principals.FromClaim"] = kept => kept.Principals.FromClaim("a", "b"),
        ["principals.FromUser"] = kept => kept.Principals.FromUser(),
        ["principals.FromAuthenticationScheme"] = kept => kept.Principals.FromAuthenticationScheme("a", "b"),
        ["principals.FromHeader"] = kept => kept.Principals.FromHeader("a", "b", _ => true),
        ["principals.FromIpAddress"] = kept => kept.Principals.FromIpAddress(),
        ["principals.From"] = kept => kept.Principals.From(_ => null, "a"),
        ["principals.FromService"] = kept => kept.Principals.FromService<ScopedPrincipalResolver>("a"),
        ["policy.Resource"] = kept => kept.Policy.Resource("late"),
        ["policy.Cost"] = kept => kept.Policy.Cost(2),
        ["policy.Cost by function"] = kept => kept.Policy.Cost(_ => 2),
        ["policy.Cost of a quota"] = kept => kept.Policy.Cost("default", 2),
        ["policy.Cost of a quota by function"] = kept => kept.Policy.Cost("default", _ => 2),
        ["policy.For"] = kept => kept.Policy.For("user", _ => { }),
        ["policy.ForAnonymous"] = kept => kept.Policy.ForAnonymous(_ => { }),
        ["policy.ForOthers"] = kept => kept.Policy.ForOthers(_ => { }),
        ["policy.Exempt"] = kept => kept.Policy.Exempt("user"),
        ["policy.FixedWindow"] = kept => kept.Policy.FixedWindow(1, Minute),
        ["plan.FixedWindow"] = kept => kept.Plan.FixedWindow("q", _ => 1, Minute),
        ["plan.WithHeaders"] = kept => kept.Plan.WithHeaders(HeadersWhen.Never),
        ["plan.WithoutHeaders"] = kept => kept.Plan.WithoutHeaders(),
        ["plan.Exempt"] = kept => kept.Plan.Exempt(),
        ["headers.XRateLimit"] = kept => kept.Headers.XRateLimit(),
        ["headers.GitHub"] = kept => kept.Headers.GitHub(),
        ["headers.Bitbucket"] = kept => kept.Headers.Bitbucket(),
        ["headers.Jira"] = kept => kept.Headers.Jira(),
        ["headers.Ietf"] = kept => kept.Headers.Ietf(),
        ["headers.IetfDraft07"] = kept => kept.Headers.IetfDraft07(),
        ["headers.IetfDraft06"] = kept => kept.Headers.IetfDraft06(),
        ["headers.When"] = kept => kept.Headers.When(HeadersWhen.Never),
        ["headers.NearLimit"] = kept => kept.Headers.NearLimit(0.5),
        ["headers.CapAdvertisedRate"] = kept => kept.Headers.CapAdvertisedRate(1),
        ["headers.Jitter"] = kept => kept.Headers.Jitter(Minute),
    };

    public static TheoryData<string> Uses => [.. s_uses.Keys];

    [Theory]
    [MemberData(nameof(Uses))]
    public async Task Builder_UsedAfterTheStart_IsAnErrorAndChangesNothing(string use)
    {
        var kept = new KeptBuilders();
        await using var api = await TestApi.StartAsync(kept.Configure);
        var before = (await api.SendAsync(address: "198.51.100.1")).Text;

        Assert.Equal(
            "The rate limits are in use and cannot be changed through their builder any more; "
                + "make all calls inside AddRateLimitHeaders(limits => …) or UseRateLimitHeaders(limits => …).",
            Assert.Throws<InvalidOperationException>(() => s_uses[use](kept)).Message);
        Assert.Equal(before, (await api.SendAsync(address: "198.51.100.2")).Text);
    }
}
