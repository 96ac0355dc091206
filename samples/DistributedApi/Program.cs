// One of several instances of an API that share the limits of their callers through Redis. ./run.sh starts two of them.

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddRateLimitHeaders(limits => limits
    .FixedWindow(permitLimit: 10, window: TimeSpan.FromSeconds(10))
    .UseRedis(builder.Configuration.GetConnectionString("Redis")!));

// An instance whose Redis is gone still serves its callers, and says here that it limits them by itself.
builder.Services.AddHealthChecks().AddRateLimitHeadersRedis();

var app = builder.Build();
app.UseRateLimitHeaders();
app.MapGet("/", () => $"This is process {Environment.ProcessId}.\n");
app.MapHealthChecks("/health").DisableRateLimiting();
app.Run();
