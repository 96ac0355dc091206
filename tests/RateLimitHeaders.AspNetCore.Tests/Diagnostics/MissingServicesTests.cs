using Microsoft.AspNetCore.TestHost;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>A pipeline that gives limits where <c>AddRateLimitHeaders()</c> is not called.</summary>
public class MissingServicesTests
{
    [Fact]
    public async Task ExposeToBrowsers_WithoutTheServices_IsLoggedAsWithoutEffect()
    {
        var log = new RecordingLogger();
        await using var app = await StartAsync(
            log,
            limits => limits.Headers(headers => headers.XRateLimit().ExposeToBrowsers()));

        Assert.Equal(
            [(LogLevel.Warning, 27,
                "UseRateLimitHeaders(limits => …) has ExposeToBrowsers(), which has no effect without the services of this library. "
                + "Call services.AddRateLimitHeaders().")],
            log.Entries);
    }

    [Fact]
    public async Task SectionOfConfiguration_WithoutTheServices_IsLoggedAsUnread()
    {
        var log = new RecordingLogger();
        await using var app = await StartAsync(
            log,
            _ => { },
            services => services.AddSingleton<IConfiguration>(new ChangingConfiguration("""{ "MaxPartitions": 5 }""").Root));

        Assert.Equal(
            [(LogLevel.Warning, 28,
                "Configuration has the section RateLimitHeaders, which UseRateLimitHeaders(limits => …) does not read. Call "
                + "services.AddRateLimitHeaders(), or remove the section.")],
            log.Entries);
    }

    [Fact]
    public async Task ExposeToBrowsersAndSection_WithTheServices_AreNotLogged()
    {
        var log = new RecordingLogger();
        await using var app = await StartAsync(
            log,
            limits => limits.Headers(headers => headers.XRateLimit().ExposeToBrowsers()),
            services => services.AddSingleton<IConfiguration>(new ChangingConfiguration("""{ "MaxPartitions": 5 }""").Root).AddRateLimitHeaders());

        Assert.Empty(log.Entries);
    }

    [Fact]
    public async Task LogCallers_WithoutASecret_LogsTheValueOfThePartitionKey()
    {
        var log = new RecordingLogger();
        await using var app = await StartAsync(
            log,
            Limit,
            before: web => web.Map("/branch", branch => branch.UseRateLimitHeaders(limits => Limit(limits.FixedWindow("q", 1, Minute)))));

        var pk = await RejectedAsync(app, "/");
        Assert.Equal([$"Rejected: policy default, token type anonymous, quota q, retry after 00:01:00, caller {pk}."], log.Entries.Select(entry => entry.Message));
        Assert.Equal(pk, await RejectedAsync(app, "/branch"));

        static void Limit(RateLimitsBuilder limits) => limits.LogCallers().Headers(headers => headers.Ietf(draft => draft.PartitionKey()));
    }

    private static async Task<string> RejectedAsync(WebApplication app, string path)
    {
        using var client = app.GetTestClient();
        await client.GetAsync(path);
        using var response = await client.GetAsync(path);
        Assert.Equal(StatusCodes.Status429TooManyRequests, (int)response.StatusCode);
        return response.Headers.GetValues("RateLimit").Single().Split(";pk=:")[1].TrimEnd(':');
    }

    private static async Task<WebApplication> StartAsync(
        RecordingLogger log, Action<RateLimitsBuilder> limits, Action<IServiceCollection>? services = null, Action<WebApplication>? before = null)
    {
        var app = BareHost.Build(services: all =>
        {
            services?.Invoke(all);
            all.AddLogging(logging => logging.AddProvider(log).AddFilter<RecordingLogger>(category: null, LogLevel.Information));
        });
        before?.Invoke(app);
        app.UseRateLimitHeaders(own => limits(own.FixedWindow("q", 1, Minute)));
        app.MapGet("/", () => "hello");
        await app.StartAsync();
        return app;
    }
}
