// A small repository API with the limits of a big one: access tokens, OAuth consumers, users and anonymous callers have
// different plans. Responses show every caller except consumers how much is left.
using MinimalApi;
using RateLimitHeaders.AspNetCore;

var builder = WebApplication.CreateBuilder(args);
builder.Services.ConfigureHttpJsonOptions(json => json.SerializerOptions.TypeInfoResolverChain.Insert(0, ApiJsonContext.Default));
builder.Services.AddAuthentication(DemoTokenHandler.SchemeName)
    .AddScheme<Microsoft.AspNetCore.Authentication.AuthenticationSchemeOptions, DemoTokenHandler>(DemoTokenHandler.SchemeName, null);

builder.Services.AddRateLimitHeaders(limits => limits
    .Principals(principals => principals // the first match wins
        .FromClaim(DemoClaims.RepositoryToken, tokenType: "repository-access-token")
        .FromClaim(DemoClaims.ProjectToken, tokenType: "project-access-token")
        .FromClaim(DemoClaims.WorkspaceToken, tokenType: "workspace-access-token")
        .FromClaim(DemoClaims.Consumer, tokenType: "oauth-consumer")
        .FromUser()
        .FromIpAddress(ipv6PrefixLength: 64)) // the last resort: "anonymous"

    // The limits of the whole API. Both quotas of a plan are charged, or none is.
    .DefaultPolicy(policy => policy
        .Resource("api")
        .For("repository-access-token", AccessTokenPlan)
        .For("project-access-token", AccessTokenPlan)
        .For("workspace-access-token", AccessTokenPlan)
        .For("oauth-consumer", plan => plan
            .TokenBucket("burst", capacity: 20, refillPerSecond: 10)
            .SlidingWindow("hourly", caller => Seats.LimitFor(caller.HttpContext.User), TimeSpan.FromHours(1))
            .WithoutHeaders())
        .For(TokenTypes.User, plan => plan.SlidingWindow("hourly", 1_000, TimeSpan.FromHours(1)))
        .ForAnonymous(plan => plan.FixedWindow("hourly", 60, TimeSpan.FromHours(1))))

    // Small numbers, which are easy to reach by hand.
    .AddPolicy("search", policy => policy
        .SlidingWindow("search", 3, TimeSpan.FromSeconds(10), segments: 10))

    // Five wrong passwords a minute for each account. The correct password clears them.
    .AddPolicy("log-in", policy => policy
        .Principals(principals => principals.From(LogIn.AccountOf, LogIn.TokenType).FromIpAddress())
        .FixedWindow("failures", 5, TimeSpan.FromMinutes(1))
        .CountOnly(CountedResponses.Failures)
        .ResetOnSuccess())

    // Five megabytes an hour, whatever the number of downloads.
    .AddPolicy("archives", policy => policy
        .FixedWindow("bytes", 5_000_000, TimeSpan.FromHours(1), unit: QuotaUnits.ContentBytes)
        .CountResponseBytes("bytes"))

    // A limit for each address, in addition to all others. Responses do not show it.
    .Global(policy => policy
        .Principals(principals => principals.FromIpAddress())
        .ForAnonymous(plan => plan.TokenBucket("address", capacity: 2_000, refillPerSecond: 100).WithoutHeaders()))

    .Headers(headers => headers.XRateLimit().Bitbucket(nearLimit: 0.2).Ietf()));

// The document at /openapi/v1.json describes the limits, and the fields that responses carry.
builder.Services.AddOpenApi(document => document.AddRateLimitHeaders());

var app = builder.Build();
app.UseAuthentication();
app.UseRateLimitHeaders();

app.MapGet("/2.0/repositories", () => Repository.All);
app.MapGet("/2.0/search", (string? q) => Repository.All.Where(repository => repository.Name.Contains(q ?? "", StringComparison.Ordinal)).ToArray())
    .RequireRateLimiting("search");
app.MapOpenApi().DisableRateLimiting();
app.MapGet("/2.0/search/code", () => Repository.All) // looks into all files
    .RequireRateLimiting("search")
    .WithRateLimitCost(3);
app.MapGet("/2.0/archives/{name}", (string name) => Results.Bytes(new byte[2_000_000], fileDownloadName: name)).RequireRateLimiting("archives");
app.MapPost("/2.0/log-in/{account}", (string account, LogInBody body) => LogIn.IsRight(account, body.Password) ? Results.Ok() : Results.Unauthorized())
    .RequireRateLimiting("log-in");
app.MapGet("/health", () => "ok").DisableRateLimiting();

app.Lifetime.ApplicationStarted.Register(() => Console.WriteLine(ThingsToTry.At(app.Urls)));
app.Run();

static void AccessTokenPlan(PlanBuilder plan) => plan
    .TokenBucket("burst", capacity: 20, refillPerSecond: 10)
    .SlidingWindow("hourly", caller => Seats.LimitFor(caller.HttpContext.User), TimeSpan.FromHours(1));
