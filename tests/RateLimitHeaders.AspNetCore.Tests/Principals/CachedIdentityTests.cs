namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>What validators and resolvers find is kept for a time.</summary>
public class CachedIdentityTests
{
    private static (string?, string?) Told(TestResponse response) => (response["X-RateLimit-Limit"], response["X-RateLimit-Remaining"]);

    [Fact]
    public async Task FromHeader_WithATime_IsCalledOncePerValueInThatTime()
    {
        List<string> asked = [];
        await using var api = await CallerApi.StartAsync(who => who.FromHeader("Key", "key", (_, key) => FindAsync(key, asked), Minute).FromUser());

        Assert.Equal("key of a", await api.AskAsync(null, ("Key", "a")));
        Assert.Equal("key of a", await api.AskAsync(null, ("Key", "a")));
        Assert.Equal("key of b", await api.AskAsync(null, ("Key", "b")));
        Assert.Equal(["a", "b"], asked);

        api.Time.Advance(Minute - TimeSpan.FromTicks(1));
        Assert.Equal("key of a", await api.AskAsync(null, ("Key", "a")));
        Assert.Equal(["a", "b"], asked);
        api.Time.Advance(TimeSpan.FromTicks(1));
        Assert.Equal("key of a", await api.AskAsync(null, ("Key", "a")));
        Assert.Equal(["a", "b", "a"], asked);
    }

    [Theory]
    [InlineData("forged")]
    [InlineData("fails")]
    public async Task FromHeader_ValueThatIsNotGenuineOrWhoseValidatorFails_IsValidatedEachTime(string value)
    {
        List<string> asked = [];
        await using var api = await CallerApi.StartAsync(who => who.FromHeader("Key", "key", (_, key) => FindAsync(key, asked), Minute).FromUser());

        Assert.Equal("anonymous 203.0.113.7", await api.AskAsync(null, ("Key", value)));
        Assert.Equal("anonymous 203.0.113.7", await api.AskAsync(null, ("Key", value)));
        Assert.Equal([value, value], asked);
    }

    [Fact]
    public async Task FromHeader_WithATime_KeepsPlanAndFacts()
    {
        await using var api = await TestApi.StartAsync(limits => limits
            .Principals(who => who.FromHeader("Key", "key", (_, key) => FindAsync(key, []), Minute))
            .DefaultPolicy(policy => policy
                .For("key", plan => plan.FixedWindow("hourly", 1, TimeSpan.FromHours(1)))
                .For("key", "pro", plan => plan.FixedWindow("hourly", caller => (int)caller.Facts!, TimeSpan.FromHours(1)))
                .ForOthers(plan => plan.FixedWindow("hourly", 2, TimeSpan.FromHours(1)))));

        Assert.Equal("7", (await api.SendAsync(headers: ("Key", "a")))["X-RateLimit-Limit"]);
        Assert.Equal("7", (await api.SendAsync(headers: ("Key", "a")))["X-RateLimit-Limit"]);
        Assert.Equal("2", (await api.SendAsync())["X-RateLimit-Limit"]);
    }

    [Fact]
    public async Task FromHeader_WithATime_KeepsWhatItFoundWhenOtherSettingsChange()
    {
        List<string> asked = [];
        Func<HttpContext, string, ValueTask<RateLimitIdentity?>> find = (_, key) => FindAsync(key, asked);
        void Rules(RateLimitsBuilder limits) => limits.Principals(who => who.FromHeader("Key", "key", find, Minute));
        await using var api = await TestApi.StartAsync(limits =>
        {
            Rules(limits);
            limits.FixedWindow(3, Minute);
        });
        await api.SendAsync(headers: ("Key", "a"));

        api.Swap(limits =>
        {
            Rules(limits);
            limits.FixedWindow(9, Minute).AddPolicy("new", policy => policy.Principals(who => who.FromUser()).FixedWindow(1, Minute));
        });

        Assert.Equal(("9", "7"), Told(await api.SendAsync(headers: ("Key", "a"))));
        Assert.Equal(["a"], asked);

        api.Swap(limits => limits.Principals(who => who.FromHeader("Key", "key", find, 2 * Minute)).FixedWindow(9, Minute));
        Assert.Equal(("9", "6"), Told(await api.SendAsync(headers: ("Key", "a"))));
        Assert.Equal(["a", "a"], asked);
    }

    [Fact]
    public async Task FromService_WithAKey_IsCalledOncePerKey()
    {
        await using var api = await CallerApi.StartAsync(
            who => who.FromService<ScopedPrincipalResolver>(Minute, context => context.Request.Headers["Session"], "tenant").FromUser(),
            services => services.AddScoped<ScopedPrincipalResolver>());

        // The instance is the request's, so that its answer tells nothing of how often it was asked; the tenant does.
        Assert.Equal("tenant t, instance served 1, aborted: True", await api.AskAsync(null, ("Tenant", "t"), ("Session", "1")));
        Assert.Equal("tenant t, instance served 1, aborted: True", await api.AskAsync(null, ("Tenant", "u"), ("Session", "1")));
        Assert.Equal("tenant u, instance served 1, aborted: True", await api.AskAsync(null, ("Tenant", "u"), ("Session", "2")));
        Assert.Equal("tenant v, instance served 1, aborted: True", await api.AskAsync(null, ("Tenant", "v")));
        Assert.Equal("anonymous 203.0.113.7", await api.AskAsync(null, ("Tenant", "fails"), ("Session", "3")));
        Assert.Equal("tenant t, instance served 1, aborted: True", await api.AskAsync(null, ("Tenant", "t"), ("Session", "3")));
    }

    [Fact]
    public async Task FromService_KeysWithUnpairedSurrogates_AreNotTakenForEachOther()
    {
        await using var api = await CallerApi.StartAsync(
            who => who.FromService<ScopedPrincipalResolver>(Minute, context => context.Request.Headers["Tenant"] == "t" ? "\uD800" : "\uDBFF", "tenant"),
            services => services.AddScoped<ScopedPrincipalResolver>());

        Assert.Equal("tenant t, instance served 1, aborted: True", await api.AskAsync(null, ("Tenant", "t")));
        Assert.Equal("tenant u, instance served 1, aborted: True", await api.AskAsync(null, ("Tenant", "u")));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(86_401)]
    public async Task Time_OutOfRange_StopsTheStart(int seconds)
    {
        var time = TimeSpan.FromSeconds(seconds);
        var exception = await Assert.ThrowsAsync<RateLimitConfigurationException>(() => CallerApi.StartAsync(who => who
            .FromHeader("Key", "key", (_, key) => FindAsync(key, []), time)
            .FromService<ScopedPrincipalResolver>(time, _ => null, "tenant")));

        Assert.Equal(
            [
                $"RLH0108 Principals:0: FromHeader(\"Key\") caches results for {time}; give a time of more than zero and of at most 1.00:00:00.",
                $"RLH0108 Principals:1: FromService<ScopedPrincipalResolver>() caches results for {time}; give a time of more than zero and of at most "
                    + "1.00:00:00.",
                "RLH0107 Principals:1: FromService<ScopedPrincipalResolver>() names a service that is not registered; register it, as with "
                    + "services.AddScoped<ScopedPrincipalResolver>().",
            ],
            exception.Errors.Select(error => $"{error.Id} {error.Path}: {error.Message}"));
    }

    private static ValueTask<RateLimitIdentity?> FindAsync(string key, List<string> asked)
    {
        asked.Add(key);
        return key switch
        {
            "forged" => default,
            "fails" => throw new InvalidOperationException("The keys cannot be read."),
            _ => new(new RateLimitIdentity($"of {key}") { Plan = "pro", Facts = 7 }),
        };
    }
}
