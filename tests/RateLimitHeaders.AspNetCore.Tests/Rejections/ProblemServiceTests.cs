using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using JsonOptions = Microsoft.AspNetCore.Http.Json.JsonOptions;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>Where the application has a problem details service, that is asked on each rejection, and nothing else writes.</summary>
public class ProblemServiceTests
{
    private const string Problem =
        """{"type":"https://iana.org/assignments/http-problem-types#quota-exceeded","title":"Request cannot be satisfied as assigned quota has been exceeded","status":429,"violated-policies":["minute"],"traceId":"trace-1"}""";

    private static readonly Dictionary<string, (Action<JsonSerializerOptions> Configure, string Body)> s_json = new()
    {
        ["as it is"] = (_ => { }, Problem),
        ["indented"] = (json => json.WriteIndented = true,
            """
            {
              "type": "https://iana.org/assignments/http-problem-types#quota-exceeded",
              "title": "Request cannot be satisfied as assigned quota has been exceeded",
              "status": 429,
              "violated-policies": [
                "minute"
              ],
              "traceId": "trace-1"
            }
            """),
        ["reflection"] = (json => json.TypeInfoResolverChain.Add(new DefaultJsonTypeInfoResolver()), Problem),
    };

    [Theory]
    [InlineData("as it is")]
    [InlineData("indented")]
    [InlineData("reflection")]
    public async Task Rejection_JsonOptionsOfTheApplication_AreUsed(string json)
    {
        var (configure, body) = s_json[json];
        await using var api = await StartAsync("trace-1", services => services
            .ConfigureHttpJsonOptions(options => configure(options.SerializerOptions)).AddProblemDetails());

        Assert.All(await RejectionsAsync(api), rejection => Assert.Equal(Rejection(body), rejection));
    }

    [Theory]
    [InlineData("*/*", true)]
    [InlineData("application/json", true)]
    [InlineData("application/problem+json", true)]
    [InlineData("text/html, */*;q=0.1", true)]
    [InlineData("text/html", false)]
    [InlineData("no media type", true)]
    public async Task Rejection_WhatTheCallerAccepts_IsWhatTheServiceWrites(string accept, bool hasBody)
    {
        await using var api = await StartAsync("trace-1", services => services.AddProblemDetails());

        Assert.All(
            await RejectionsAsync(api, ("Accept", accept)),
            rejection => Assert.Equal(hasBody ? Rejection(Problem) : Rejection(null), rejection));
    }

    [Fact]
    public async Task Rejection_ServiceOfTheApplication_IsCalledForEach()
    {
        var service = new RecordingService();
        await using var api = await StartAsync("trace-1", services => services.AddSingleton<IProblemDetailsService>(service));

        Assert.All(await RejectionsAsync(api), rejection => Assert.Equal(Rejection(null), rejection));
        Assert.Equal(
            Enumerable.Repeat(
                "429 https://iana.org/assignments/http-problem-types#quota-exceeded, Request cannot be satisfied as assigned quota has been exceeded, [\"minute\"]",
                3),
            service.Asked);
    }

    [Fact]
    public async Task Rejection_Customization_RunsOnEach()
    {
        var calls = 0;
        await using var api = await StartAsync("trace-1", services => services.AddProblemDetails(
            options => options.CustomizeProblemDetails = problem => problem.ProblemDetails.Detail = $"Call {++calls}"));

        var rejections = await RejectionsAsync(api);

        Assert.Equal(3, calls);
        Assert.All(rejections.Index(), rejection => Assert.Contains(
            $"\"detail\":\"Call {rejection.Index + 1}\"", rejection.Item, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Rejection_ChangedByACustomization_ChangesNoOther()
    {
        var isFirst = true;
        await using var api = await StartAsync("trace-1", services => services.AddProblemDetails(
            options => options.CustomizeProblemDetails = problem =>
            {
                if (isFirst)
                {
                    isFirst = false;
                    problem.ProblemDetails.Title = "Another";
                    problem.ProblemDetails.Extensions.Clear();
                }
            }));

        var rejections = await RejectionsAsync(api);

        Assert.EndsWith(
            """{"type":"https://iana.org/assignments/http-problem-types#quota-exceeded","title":"Another","status":429}""",
            rejections[0],
            StringComparison.Ordinal);
        Assert.Equal([Rejection(Problem), Rejection(Problem)], rejections[1..]);
    }

    [Fact]
    public async Task Rejection_WithinAnActivity_HasItsId()
    {
        await using var api = await StartAsync("trace-1", services => services.AddProblemDetails(), startsActivities: true);

        var rejections = await RejectionsAsync(api);

        Assert.All(rejections, rejection => Assert.Matches("\"traceId\":\"00-[0-9a-f]{32}-[0-9a-f]{16}-00\"", rejection));
        Assert.NotEqual(rejections[0], rejections[1]);
    }

    [Fact]
    public async Task Rejection_CustomizedAfterTheFirst_IsCustomized()
    {
        await using var api = await StartAsync("trace-1", services => services.AddProblemDetails());
        await RejectionsAsync(api);

        api.Services.GetRequiredService<IOptions<ProblemDetailsOptions>>().Value.CustomizeProblemDetails =
            problem => problem.ProblemDetails.Detail = "Buy more.";

        Assert.All(await RejectionsAsync(api), rejection => Assert.Contains("Buy more.", rejection, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Rejection_JsonConverterOfTheApplications_RunsEachTime()
    {
        await using var api = await StartAsync("trace-1", services => services
            .ConfigureHttpJsonOptions(options => options.SerializerOptions.Converters.Add(new CountingConverter()))
            .AddProblemDetails());

        Assert.Equal(["1", "2", "3"], (await RejectionsAsync(api)).Select(rejection => rejection.Split('\n')[^1]));
    }

    [Fact]
    public async Task Rejection_JsonModifierOfTheApplications_RunsEachTime()
    {
        var calls = 0;
        await using var api = await StartAsync("trace-1", services => services
            .PostConfigure<JsonOptions>(options => options.SerializerOptions.TypeInfoResolver = new DefaultJsonTypeInfoResolver
            {
                Modifiers =
                {
                    type =>
                    {
                        foreach (var property in type.Properties.Where(property => property.Name == "title"))
                        {
                            property.Get = _ => $"Call {++calls}";
                        }
                    },
                },
            })
            .AddProblemDetails());

        var rejections = await RejectionsAsync(api);

        Assert.Equal(3, calls);
        Assert.All(rejections.Index(), rejection => Assert.Contains($"\"Call {rejection.Index + 1}\"", rejection.Item, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("beside the plain one")]
    [InlineData("in its place")]
    [InlineData("as the service")]
    public async Task Rejection_WriterOfTheApplications_WritesEachTime(string how)
    {
        await using var api = await StartAsync("trace-1", services => _ = how switch
        {
            "beside the plain one" => services.AddSingleton<IProblemDetailsWriter, PlainTextWriter>().AddProblemDetails(),
            "in its place" => services.AddProblemDetails().RemoveAll<IProblemDetailsWriter>().AddSingleton<IProblemDetailsWriter, PlainTextWriter>(),
            _ => services.AddProblemDetails().AddSingleton<IProblemDetailsService, PlainTextWriter>(),
        });

        var rejections = await RejectionsAsync(api);

        Assert.All(rejections.Index(), rejection => Assert.EndsWith(
            $"\nno. {rejection.Index + 1} for \"trace-1\"", rejection.Item, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Rejection_OfATenantWithServicesOfItsOwn_IsWhatTheyWrite()
    {
        await using var tenant = new ServiceCollection()
            .AddProblemDetails(options => options.CustomizeProblemDetails = problem => problem.ProblemDetails.Detail = "Buy more.")
            .BuildServiceProvider();
        await using var api = await TestApi.StartAsync(
            limits => limits.FixedWindow("minute", 1, TimeSpan.FromMinutes(1)),
            services: services => services.AddProblemDetails(),
            before: web => web.Use((HttpContext context, RequestDelegate next) =>
            {
                context.RequestServices = context.Request.Headers.ContainsKey("Tenant") ? tenant : context.RequestServices;
                return next(context);
            }));

        Assert.All(await RejectionsAsync(api), rejection => Assert.DoesNotContain("Buy more.", rejection, StringComparison.Ordinal));
        Assert.All(await RejectionsAsync(api, ("Tenant", "1")), rejection => Assert.Contains("Buy more.", rejection, StringComparison.Ordinal));
    }

    /// <summary>Gets three rejections, one after the other.</summary>
    private static async Task<string[]> RejectionsAsync(TestApi api, params (string Name, string Value)[] headers)
    {
        await api.SendAsync();
        return
        [
            (await api.SendAsync(headers: headers)).Text,
            (await api.SendAsync(headers: headers)).Text,
            (await api.SendAsync(headers: headers)).Text,
        ];
    }

    /// <summary>The text of a rejection with a body, or without one.</summary>
    private static string Rejection(string? body) =>
        $"""
        429
        Cache-Control: no-store
        Retry-After: 60
        X-RateLimit-Limit: 1
        X-RateLimit-Remaining: 0
        X-RateLimit-Reset: 1779545293
        {(body is null ? "" : $"Content-Type: application/problem+json\n\n{body}")}
        """ + (body is null ? "\n" : "");

    private static Task<TestApi> StartAsync(string traceId, Action<IServiceCollection> services, bool startsActivities = false) => TestApi.StartAsync(
        limits => limits.FixedWindow("minute", 1, TimeSpan.FromMinutes(1)),
        services: services,
        before: web => web.Use(async (HttpContext context, RequestDelegate next) =>
        {
            Activity.Current = null;
            using var activity = startsActivities ? new Activity("request").SetIdFormat(ActivityIdFormat.W3C).Start() : null;
            context.TraceIdentifier = traceId;
            await next(context);
        }));

    private sealed class RecordingService : IProblemDetailsService
    {
        public List<string> Asked { get; } = [];

        public ValueTask WriteAsync(ProblemDetailsContext context) => throw new NotSupportedException();

        public ValueTask<bool> TryWriteAsync(ProblemDetailsContext context)
        {
            var problem = context.ProblemDetails;
            Asked.Add($"{problem.Status} {problem.Type}, {problem.Title}, {problem.Extensions["violated-policies"]}");
            return new(false);
        }
    }

    private sealed class CountingConverter : JsonConverter<ProblemDetails>
    {
        private int _count;

        public override ProblemDetails Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            throw new NotSupportedException();

        public override void Write(Utf8JsonWriter writer, ProblemDetails value, JsonSerializerOptions options) => writer.WriteNumberValue(++_count);
    }

    private sealed class PlainTextWriter : IProblemDetailsWriter, IProblemDetailsService
    {
        private int _count;

        public bool CanWrite(ProblemDetailsContext context) => true;

        public async ValueTask<bool> TryWriteAsync(ProblemDetailsContext context)
        {
            await WriteAsync(context);
            return true;
        }

        public ValueTask WriteAsync(ProblemDetailsContext context) =>
            new(context.HttpContext.Response.WriteAsync($"no. {++_count} for \"{context.HttpContext.TraceIdentifier}\""));
    }
}
