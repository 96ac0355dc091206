using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Testing;
using Names = RateLimitHeaders.AspNetCore.Analyzers.Tests.Check<
    RateLimitHeaders.AspNetCore.Analyzers.PolicyNameAnalyzer, RateLimitHeaders.AspNetCore.CodeFixes.PolicyNameFix>;

namespace RateLimitHeaders.AspNetCore.Analyzers.Tests;

/// <summary>Endpoints that require a policy which no code adds (RLH1003).</summary>
public sealed class PolicyNameTests
{
    // LIMITS adds policies, and REST is what else a program has.
    private const string Program =
        """
        var builder = WebApplication.CreateBuilder(args);
        builder.Services.AddRateLimitHeaders(LIMITS);
        var app = builder.Build();
        app.UseRateLimitHeaders();
        app.MapGet("/", () => "Hello").RequireRateLimiting(REQUIRED);
        REST
        """;

    private const string Search = "limits => limits.AddPolicy(\"search\", policy => policy.FixedWindow(10, TimeSpan.FromMinutes(1)))";

    [Theory]
    [InlineData("api", "add it with AddPolicy, or correct the name")]
    [InlineData("serach", "add it with AddPolicy, or name 'search'")]
    public Task RequireRateLimiting_WithANameThatNoPolicyHas_IsFound(string name, string remedy) => Names.TellsAsync(
        """
        var builder = WebApplication.CreateBuilder(args);
        builder.Services.AddRateLimitHeaders(limits => limits.AddPolicy("search", policy => policy.FixedWindow(10, TimeSpan.FromMinutes(1))));
        const string Name = "NAME";
        var app = builder.Build();
        app.UseRateLimitHeaders();
        app.MapGet("/", () => "Hello").RequireRateLimiting({|#0:Name|});
        """.Replace("NAME", name, StringComparison.Ordinal),
        (
            DiagnosticResult.CompilerWarning("RLH1003"),
            $"There is no policy '{name}', and the application does not start if it applies to an endpoint; {remedy}"));

    [Fact]
    public Task EnableRateLimiting_InALibrary_IsNotFound() => Names.FindsAsync(
        """
        public static class Orders
        {
            public static IRateLimitHeadersBuilder AddOrders(this IServiceCollection services) =>
                services.AddRateLimitHeaders(limits => limits.AddPolicy("orders", policy => policy.FixedWindow(10, TimeSpan.FromMinutes(1))));

            [EnableRateLimiting("api")]
            public static string Get() => "";
        }
        """,
        test => test.TestState.OutputKind = OutputKind.DynamicallyLinkedLibrary);

    [Fact]
    public Task EnableRateLimiting_WithANameThatNoPolicyHas_IsFound() => Names.FindsAsync(
        Of(Search, "\"search\"") +
        """

        app.MapGet("/lambda", [EnableRateLimiting([|"lambda"|])] () => "Hello");

        [EnableRateLimiting([|"controller"|])]
        sealed class Controller
        {
            [EnableRateLimiting([|"action"|])]
            public void Action()
            {
            }

            [EnableRateLimiting("search")]
            public void Search()
            {
            }

            [DisableRateLimiting]
            public void Free()
            {
            }
        }
        """);

    [Theory]
    [InlineData("\"search\"")]
    [InlineData("\"default\"")]
    [InlineData("RateLimitsBuilder.GlobalPolicyName")]
    [InlineData("args[0]")]
    public Task RequireRateLimiting_WithANameThatAPolicyHasOrMayHave_IsNotFound(string required) => Names.FindsAsync(Of(Search, required));

    [Fact]
    public Task RequireRateLimiting_WithAPolicyOfEachKind_IsNotFound() => Names.FindsAsync(
        """
        using System.Threading.RateLimiting;

        const string Third = "third";
        var app = WebApplication.Create();
        app.UseRateLimitHeaders(limits => limits
            .AddPolicy("first", policy => policy.FixedWindow(10, TimeSpan.FromMinutes(1)))
            .AddPolicy<string, Custom>(name: nameof(Custom))
            .AddPolicy(Third, new Custom())
            .AddPolicy("four" + "th", _ => RateLimitPartition.GetNoLimiter("")));
        app.MapGet("/", () => "Hello").RequireRateLimiting("first").RequireRateLimiting("Custom").RequireRateLimiting("third").RequireRateLimiting("fourth");
        app.MapGet("/fifth", () => "Hello").RequireRateLimiting([|"fifth"|]);

        sealed class Custom : IRateLimiterPolicy<string>
        {
            public Func<OnRejectedContext, CancellationToken, ValueTask>? OnRejected => null;

            public RateLimitPartition<string> GetPartition(HttpContext context) => RateLimitPartition.GetNoLimiter("");
        }
        """);

    [Theory]
    [InlineData("builder.Services.AddRateLimitHeaders(limits => limits.AddPolicy(args[0], policy => policy.FixedWindow(10, TimeSpan.FromMinutes(1))));")]
    [InlineData("builder.Services.AddRateLimitHeaders().LoadFromConfiguration(builder.Configuration.GetSection(\"Limits\"));")]
    [InlineData("builder.Services.AddRateLimiter(_ => { });")]
    [InlineData("builder.Services.Configure<RateLimiterOptions>(limits => limits.AddFixedWindowLimiter(\"api\", _ => { }));")]
    [InlineData("builder.Services.Configure<RateLimitHeadersOptions>(limits => limits.Policies[\"api\"] = new());")]
    [InlineData("builder.Configuration.AddJsonFile(\"limits.json\");")]
    [InlineData("builder.Configuration.AddEnvironmentVariables();")]
    [InlineData("builder.Configuration.AddUserSecrets(\"limits\");")]
    [InlineData("((IConfigurationBuilder)builder.Configuration).Add(new Microsoft.Extensions.Configuration.Memory.MemoryConfigurationSource());")]
    [InlineData("builder.Configuration.Sources.Insert(0, new Microsoft.Extensions.Configuration.Memory.MemoryConfigurationSource());")]
    [InlineData("builder.Host.ConfigureAppConfiguration((_, _) => { });")]
    [InlineData("builder.AddServiceDefaults(); static class Defaults { public static void AddServiceDefaults(this IHostApplicationBuilder builder) { } }")]
    [InlineData("Console.WriteLine(builder.Configuration.GetSection(\"RateLimitHeaders\").Exists());")]
    [InlineData("builder.Configuration[\"rateLimitHeaders:Policies:api:Quotas:q:Rate\"] = \"10/1m\";")]
    [InlineData("Environment.SetEnvironmentVariable(\"RateLimitHeaders__Policies__api__Quotas__q__Rate\", \"10/1m\");")]
    public Task RequireRateLimiting_WherePoliciesMayComeFromElsewhere_IsNotFound(string elsewhere) => Names.FindsAsync(Of(Search, "\"api\"", elsewhere));

    [Theory]
    [InlineData("")]
    [InlineData("limits => limits.Headers(headers => headers.Ietf())")]
    [InlineData("limits => limits.Principals(who => who.FromUser()).FixedWindow(10, TimeSpan.FromMinutes(1))")]
    public Task RequireRateLimiting_WhereCodeAddsNoPolicy_IsNotFound(string limits) => Names.FindsAsync(Of(limits, "\"api\""));

    [Theory]
    [InlineData("Console.WriteLine(\"RateLimitHeadersAreOn\");")]
    [InlineData("Console.WriteLine(builder.Configuration[\"Logging:RateLimitHeaders\"]);")]
    public Task RequireRateLimiting_BesideTextsThatNameNoSection_IsFound(string text) => Names.FindsAsync(Of(Search, "[|\"api\"|]", text));

    [Theory]
    [InlineData("true", false)]
    [InlineData("false", true)]
    [InlineData("", true)]
    public Task RequireRateLimiting_WithASectionInUserSecrets_IsNotFound(string inSecrets, bool isFound) => Names.FindsAsync(
        Of(Search, isFound ? "[|\"api\"|]" : "\"api\""),
        test => Array.ForEach([test.TestState, test.FixedState], state => state.AnalyzerConfigFiles.Add(
            ("/.globalconfig", $"is_global = true\nbuild_property.RateLimitHeadersInUserSecrets = {inSecrets}"))));

    [Theory]
    [InlineData("appsettings.json", "{ \"RateLimitHeaders\": { } }", false)]
    [InlineData("AppSettings.Production.json", "{ \"RateLimitHeaders\": { } }", false)]
    [InlineData("Properties/launchSettings.json", "{ \"environmentVariables\": { \"RATELIMITHEADERS__DEFAULTPOLICY\": \"api\" } }", false)]
    [InlineData("Properties/launchSettings.json", "{ \"environmentVariables\": { } }", true)]
    [InlineData("appsettings.json", "{ \"Logging\": { } }", true)]
    [InlineData("other.json", "{ \"RateLimitHeaders\": { } }", true)]
    public Task RequireRateLimiting_WithASectionInASettingsFile_IsNotFound(string file, string json, bool isFound) => Names.FindsAsync(
        Of(Search, isFound ? "[|\"api\"|]" : "\"api\""),
        test => Array.ForEach([test.TestState, test.FixedState], state => state.AdditionalFiles.Add((file, json))));

    [Fact]
    public Task RequireRateLimiting_WhereAReferencedLibraryMayAddPolicies_IsNotFound() => Names.FindsAsync(
        Of(Search, "\"api\""),
        test => test.TestState.AdditionalReferences.Add(Framework.CompileALibrary()));

    [Theory]
    [InlineData("\"serach\"", "\"search\"")]
    [InlineData("\"Search\"", "\"search\"")]
    [InlineData("@\"searches\"", "\"search\"")]
    public Task Fix_OfANameThatIsNearlyRight_CorrectsIt(string name, string corrected) =>
        Names.FixesAsync(Of(Search, $"[|{name}|]"), Of(Search, corrected));

    [Fact]
    public Task Fix_OfAnAttribute_CorrectsIt() => Names.FixesAsync(
        Of(Search, "\"search\"", "[EnableRateLimiting([|\"serch\"|])] static void Action() { }"),
        Of(Search, "\"search\"", "[EnableRateLimiting(\"search\")] static void Action() { }"));

    [Theory]
    [InlineData("\"archive\"")]
    [InlineData("nameof(args)")]
    public Task Fix_OfANameThatIsNearNone_IsNone(string name) => Names.FindsAsync(Of(Search, $"[|{name}|]"));

    [Fact]
    public Task Fix_OfANameThatIsNearSeveral_IsNone() => Names.FindsAsync(Of(
        """
        limits => limits
            .AddPolicy("read-1", policy => policy.FixedWindow(10, TimeSpan.FromMinutes(1)))
            .AddPolicy("read-2", policy => policy.FixedWindow(10, TimeSpan.FromMinutes(1)))
        """,
        "[|\"read-3\"|]"));

    private static string Of(string limits, string required, string rest = "") => Program
        .Replace("LIMITS", limits, StringComparison.Ordinal)
        .Replace("REQUIRED", required, StringComparison.Ordinal)
        .Replace("REST", rest, StringComparison.Ordinal);
}
