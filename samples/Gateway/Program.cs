// A gateway that limits what it forwards. Its routes are in appsettings.json, and each names in "RateLimiterPolicy" one of the
// policies below; AddRateLimiter and UseRateLimiter are not needed. Fields that a backend has set are kept: lists get another
// item, and of single values the tighter ones are sent. Routes may change while the gateway runs.

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddReverseProxy().LoadFromConfig(builder.Configuration.GetSection("ReverseProxy"));

builder.Services.AddRateLimitHeaders(limits => limits
    .AddPolicy("api", policy => policy.FixedWindow("gateway", 100, TimeSpan.FromMinutes(1)))
    .AddPolicy("search", policy => policy.FixedWindow("search", 3, TimeSpan.FromSeconds(10))) // for a route to come
    .Headers(headers => headers.XRateLimit().Ietf()));

var app = builder.Build();
app.UseRateLimitHeaders();
app.MapReverseProxy();
app.Run();
