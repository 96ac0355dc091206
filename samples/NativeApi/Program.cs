// An API whose limits are all in appsettings.json. Change the file while it runs: the next request is limited by what it says.

var builder = WebApplication.CreateSlimBuilder(args);
builder.Services.AddRateLimitHeaders();
builder.Services.AddHealthChecks().AddRateLimitHeadersConfiguration();

var app = builder.Build();
app.UseRateLimitHeaders();
app.MapGet("/api/values/{id}", (string id) => $"Value {id}\n");
app.MapGet("/api/search", () => "Found\n");
app.MapHealthChecks("/health");
app.Run();
