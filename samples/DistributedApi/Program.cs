// One of several instances of an API that share the limits of their callers through Redis. ./run.sh starts two of them.

var builder = WebApplication.CreateBuilder(args);
builder.Services
    .AddRateLimitHeaders(limits => limits.FixedWindow(permitLimit: 10, window: TimeSpan.FromSeconds(10)))
    .AddRedis(builder.Configuration.GetConnectionString("Redis")!);

// An instance whose Redis is gone still answers requests, and its health check reports that it counts by itself.
builder.Services.AddHealthChecks().AddRateLimitHeadersStore();

var app = builder.Build();
app.UseRateLimitHeaders();
app.MapGet("/", () => $"This is process {Environment.ProcessId}.\n");
app.MapHealthChecks("/health").DisableRateLimiting();
app.Run();
