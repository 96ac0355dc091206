using System.Text.Json.Nodes;

namespace RateLimitHeaders.AspNetCore.Redis.Tests;

/// <summary>
/// An application that is restored from the packed packages, with each version of the client: project references hide what
/// does not compile there.
/// </summary>
[Collection(Alone.Name)]
public sealed class ConsumerTests(PackedPackages packages) : IClassFixture<PackedPackages>
{
    private const string CountedKeys = "consumer:default:anonymous:";

    // Each way to register the store is compiled; the first one runs. With the path of a file after the server it sends requests until
    // that file is there, and tells how they were answered.
    private const string Program =
        """
        using System.Collections.Concurrent;
        using StackExchange.Redis;

        var isLoaded = args.Length > 1;
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        BESIDE
        builder.Services.AddRateLimitHeaders(limits => limits.FixedWindow(isLoaded ? 1_000_000 : 2, TimeSpan.FromHours(1))).AddRedis(args[0], redis =>
        {
            redis.KeyPrefix = "consumer";
            if (!isLoaded)
            {
                redis.Deadline = TimeSpan.FromSeconds(20);
                redis.WhenUnavailable = RateLimitHeaders.AspNetCore.StoreUnavailable.Reject;
            }
        });
        await using var app = builder.Build();
        app.UseRateLimitHeaders();
        app.MapGet("/", () => "hello");
        await app.StartAsync();
        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
        if (isLoaded)
        {
            ConcurrentDictionary<int, bool> statuses = [];
            await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ =>
            {
                while (!File.Exists(args[1]))
                {
                    using var response = await client.GetAsync("/");
                    statuses[(int)response.StatusCode] = true;
                }
            }));
            Console.WriteLine(string.Join(' ', statuses.Keys.Order()));
            return;
        }

        for (var i = 0; i < 3; i++)
        {
            using var response = await client.GetAsync("/");
            Console.WriteLine($"{(int)response.StatusCode} {response.Headers.GetValues("X-RateLimit-Remaining").Single()}");
        }

        Console.WriteLine(typeof(IConnectionMultiplexer).Assembly.GetName().Version);

        static void Others(IServiceCollection services, IConnectionMultiplexer multiplexer)
        {
            services.AddRateLimitHeaders().AddRedis();
            services.AddRateLimitHeaders().AddRedis(multiplexer);
            services.AddRateLimitHeaders().AddRedis(_ => ConnectionMultiplexer.ConnectAsync("localhost"));
            services.AddRateLimitHeaders().AddRedis(_ => ConnectionMultiplexer.Connect("localhost"));
        }

        _ = (Action<IServiceCollection, IConnectionMultiplexer>)Others;
        """;

    // The code of docs/migration.md, before and after in the place of their names, and with the partition kept.
    private const string Migration =
        """
        using System.Threading.RateLimiting;
        using Microsoft.AspNetCore.RateLimiting;
        using RedisRateLimiting;
        using RedisRateLimiting.AspNetCore;
        using StackExchange.Redis;

        var multiplexer = await ConnectionMultiplexer.ConnectAsync(args[0]);
        await RunAsync(There, app => app.UseRateLimiter());
        await RunAsync(Here, app => app.UseRateLimitHeaders());
        await RunAsync(Kept, app => app.UseRateLimitHeaders());

        void There(WebApplicationBuilder builder)
        {
            THERE
        }

        void Here(WebApplicationBuilder builder)
        {
            HERE
        }

        void Kept(WebApplicationBuilder builder) => builder.Services.AddRateLimitHeaders(limits => limits
            .AddPolicy("api", context => RedisRateLimitPartition.GetFixedWindowRateLimiter(
                "kept", _ => new RedisFixedWindowRateLimiterOptions
                {
                    ConnectionMultiplexerFactory = () => multiplexer, PermitLimit = 5, Window = TimeSpan.FromHours(1),
                })));

        static async Task RunAsync(Action<WebApplicationBuilder> limit, Action<WebApplication> use)
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            builder.Logging.ClearProviders();
            limit(builder);
            await using var app = builder.Build();
            use(app);
            app.MapGet("/", () => "hello").RequireRateLimiting("api");
            await app.StartAsync();
            using var client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
            for (var i = 0; i < 7; i++)
            {
                using var response = await client.GetAsync("/");
                var remaining = response.Headers.TryGetValues("X-RateLimit-Remaining", out var told) ? told.Single() : "-";
                Console.Write($"{(int)response.StatusCode} {remaining}{(i < 6 ? ", " : "\n")}");
            }
        }
        """;

    private const string Documented =
        """
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.AddRateLimitHeaders(limits => limits.FixedWindow(2, TimeSpan.FromHours(1)));
        builder.Services.AddOpenApi(document => document.AddRateLimitHeaders());
        await using var app = builder.Build();
        app.UseRateLimitHeaders();
        app.MapOpenApi().DisableRateLimiting();
        app.MapGet("/", () => "hello");
        await app.StartAsync();
        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
        using var document = System.Text.Json.JsonDocument.Parse(await client.GetStringAsync("/openapi/v1.json"));
        var responses = document.RootElement.GetProperty("paths").GetProperty("/").GetProperty("get").GetProperty("responses");
        Console.Write(string.Join(' ', responses.GetProperty("200").GetProperty("headers").EnumerateObject().Select(header => header.Name)));
        """;

    private const string UserSecrets = ".microsoft/usersecrets/limits/secrets.json";

    // What each of the analyzers warns of.
    private const string Mistaken =
        """
        var builder = WebApplication.CreateBuilder(args);
        builder.Services.AddRateLimitHeaders(limits => limits.AddPolicy("search", policy => policy.FixedWindow(2, TimeSpan.FromHours(1))));
        var app = builder.Build();
        app.UseRateLimitHeaders();
        app.UseAuthentication();
        app.MapGet("/", (HttpContext context) =>
        {
            var feature = context.GetRateLimitFeature()!;
            _ = Task.Run(() => Console.WriteLine(feature.PolicyName));
            _ = feature.ChargeAsync(5);
        }).RequireRateLimiting("serach");
        """;

    private static readonly string[] s_warnings =
    [
        "warning RLH1001: UseRateLimitHeaders() runs before UseAuthentication(): users are limited by their client IP address. Place it after UseAuthentication().",
        "warning RLH1003: There is no policy 'serach', and the application does not start if it applies to an endpoint; "
            + "add it with AddPolicy, or name 'search'",
        "warning RLH1004: Task.Run runs this when the request may be complete, and RateLimitFeature then throws an ObjectDisposedException; read the needed values before",
        "warning RLH1005: The task of ChargeAsync is discarded: the headers may show the state before it, and its failure is lost; await it",
    ];

    [Fact]
    public async Task Application_WithMistakes_IsWarnedOfThem() =>
        Assert.Equal(s_warnings, await packages.WarningsAsync("mistaken", Mistaken, UserSecrets, """{ "Logging:Level": "Debug" }"""));

    [Theory]
    [InlineData("settings", "appsettings.json", """{ "RateLimitHeaders": { } }""", "RLH1003")]
    [InlineData("launch", "Properties/launchSettings.json", """{ "profiles": { "http": { "environmentVariables": { "RateLimitHeaders__DefaultPolicy": "api" } } } }""", "RLH1003")]
    [InlineData("secrets", UserSecrets, """{ "RateLimitHeaders:DefaultPolicy": "api" }""", "RLH1001, RLH1003")]
    public async Task Application_WithLimitsInItsSettings_IsNotWarnedOfWhatTheseMayHave(string name, string file, string settings, string silent) =>
        Assert.Equal(
            s_warnings.Where(warning => !silent.Contains(warning.Split(' ')[1].TrimEnd(':'), StringComparison.Ordinal)),
            await packages.WarningsAsync($"configured-{name}", Mistaken, file, settings));

    [Fact]
    public void Symbols_AsPacked_NameFilesAsTheyAreInTheRepository()
    {
        var files = packages.SourceFiles().Where(file => !file.Contains("/obj/", StringComparison.Ordinal)).ToArray();
        Assert.Contains("/_/src/RateLimitHeaders.AspNetCore/Middleware/RateLimitHeadersMiddleware.cs", files);
        Assert.Contains("/_/src/RateLimitHeaders.AspNetCore.Redis/Counting/RedisStore.cs", files);
        Assert.All(files, file => Assert.StartsWith("/_/src/", file, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Schemas_OfBothPackages_AreOfferedToEditors()
    {
        var files = await packages.SchemasAsync();

        Assert.Equal(
            ["RateLimitHeaders.AspNetCore", "RateLimitHeaders.AspNetCore.Redis"],
            files.Select(file => JsonNode.Parse(File.ReadAllText(file))!).Select(schema => schema["properties"]!["RateLimitHeaders"]!["properties"]!["Redis"] is null
                ? "RateLimitHeaders.AspNetCore" : "RateLimitHeaders.AspNetCore.Redis").Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData(null, "2.")]
    [InlineData("2.7.27", "2.")]
    [InlineData("2.13.23", "2.")]
    [InlineData("3.4.35", "3.")]
    public async Task Application_WithAVersionOfTheClient_CompilesAndCountsInRedis(string? version, string assembly)
    {
        await using var server = await RedisServer.StartAsync();
        var lines = (await packages.RunAsync(version, Beside(""), [server.Configuration])).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(["200 1", "200 0", "429 0"], lines[..3]);
        Assert.StartsWith(assembly, lines[3], StringComparison.Ordinal);
        Assert.Contains(CountedKeys, await server.CommandAsync("KEYS", "*"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(
        "Microsoft.Extensions.Caching.StackExchangeRedis/10.0.15",
        "builder.Services.AddStackExchangeRedisCache(cache => cache.Configuration = args[0]);",
        "AddRedis(args[0], ")]
    [InlineData(
        "Aspire.StackExchange.Redis/13.6.5",
        "builder.Configuration[\"ConnectionStrings:limits\"] = args[0]; builder.AddRedisClient(\"limits\");",
        "AddRedis(")]
    public async Task Application_WithAPackageThatUsesTheClient_CompilesAndCountsInRedis(string package, string use, string registration)
    {
        await using var server = await RedisServer.StartAsync();
        var program = Beside(use).Replace("AddRedis(args[0], ", registration, StringComparison.Ordinal);
        var lines = (await packages.RunAsync(clientVersion: null, program, [server.Configuration], package)).Split('\n');
        Assert.Equal(["200 1", "200 0", "429 0"], lines[..3]);
        Assert.Contains(CountedKeys, await server.CommandAsync("KEYS", "*"), StringComparison.Ordinal);
    }

    /// <summary>
    /// Without a version, as in an application of the template <c>web</c>; with the version that the templates of the SDK name; and with that of the
    /// other tests.
    /// </summary>
    [Theory]
    [InlineData(null)]
    [InlineData("10.0.12")]
    [InlineData("10.0.15")]
    public async Task Application_WithAVersionOfOpenApi_CompilesAndDocumentsItsFields(string? version)
    {
        string[] named = version is null ? [] : [$"Microsoft.AspNetCore.OpenApi/{version}"];
        Assert.Equal(
            "X-RateLimit-Limit X-RateLimit-Remaining X-RateLimit-Reset",
            await packages.RunAsync(clientVersion: null, Documented, [], [$"RateLimitHeaders.AspNetCore.OpenApi/{PackedPackages.Version}", .. named]));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("2.13.23")]
    [InlineData("3.4.35")]
    public async Task Application_WhoseRedisIsKilledUnderLoad_AnswersAllRequestsAndCountsInRedisAgain(string? version)
    {
        await using var server = await RedisServer.StartAsync();
        var end = packages.PathOf($"end-of-load-{version}");
        var running = packages.RunAsync(version, Beside(""), [server.HastyConfiguration, end]);
        try
        {
            await CountsAsync();
            await Task.Delay(TimeSpan.FromSeconds(1));
            await server.StopAsync();
            await Task.Delay(TimeSpan.FromSeconds(1));

            // It has no keys now.
            await server.StartAgainAsync();
            await CountsAsync();
        }
        finally
        {
            await File.WriteAllTextAsync(end, "");
        }

        Assert.All((await running).Trim().Split(' '), status => Assert.True(status is "200" or "429", status));

        async Task CountsAsync()
        {
            for (var attempt = 0; !(await server.CommandAsync("KEYS", "*")).Contains(CountedKeys, StringComparison.Ordinal); attempt++)
            {
                Assert.False(running.IsFaulted, $"It has ended: {running.Exception}");
                Assert.True(attempt < 6_000, "It does not count in Redis within five minutes, building included.");
                await Task.Delay(50);
            }
        }
    }

    [Fact]
    public async Task Application_MovedFromRedisRateLimiting_AdmitsTheSameAndSendsFieldsOnAllResponses()
    {
        var page = Pages.Document("migration.md");
        var section = page[page.IndexOf("## From RedisRateLimiting", StringComparison.Ordinal)..];
        var code = section.Split("```csharp\n")[1..].Select(block => block.Split("\n```")[0]).ToArray();
        await using var server = await RedisServer.StartAsync();

        // The first request of a process has all compiled that it needs, which can take longer than the deadline on a busy machine.
        var here = code[1].Replace("AddRedis(multiplexer)", "AddRedis(multiplexer, redis => redis.Deadline = TimeSpan.FromSeconds(20))", StringComparison.Ordinal);
        Assert.NotEqual(code[1], here);
        var program = Migration.Replace("THERE", code[0], StringComparison.Ordinal).Replace("HERE", here, StringComparison.Ordinal);
        var lines = (await packages.RunAsync("2.13.23", program, [server.Configuration], "RedisRateLimiting.AspNetCore/1.2.1")).TrimEnd().Split('\n');

        Assert.Equal(
            [
                "200 -, 200 -, 200 -, 200 -, 200 -, 429 0, 429 0",
                "200 4, 200 3, 200 2, 200 1, 200 0, 429 0, 429 0",
                "200 -, 200 -, 200 -, 200 -, 200 -, 429 -, 429 -",
            ],
            lines);
    }

    /// <summary>Gets the program with other code before the registration.</summary>
    private static string Beside(string code) => Program.Replace("BESIDE", code, StringComparison.Ordinal);
}
