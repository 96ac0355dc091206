using System.Diagnostics;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using JsonOptions = Microsoft.AspNetCore.Http.Json.JsonOptions;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>What is learnt of ASP.NET Core's problem details service is what it would write, to the byte, or is not used.</summary>
public class LearntProblemTests
{
    private static readonly Dictionary<string, Action<JsonSerializerOptions>> s_json = new()
    {
        ["as it is"] = _ => { },
        ["indented"] = json => json.WriteIndented = true,
        ["snake case"] = json => json.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseUpper,
        ["upper case in ids"] = json => json.Encoder = NoUpperCase(),
        ["reflection"] = json => json.TypeInfoResolverChain.Add(new DefaultJsonTypeInfoResolver()),
    };

    [Theory]
    [InlineData("as it is", "trace-1", null)]
    [InlineData("as it is", "0HNFAKE:00000001", "*/*")]
    [InlineData("as it is", "trace-1", "application/json")]
    [InlineData("as it is", "trace-1", "application/problem+json")]
    [InlineData("as it is", "trace-1", "text/html, */*;q=0.1")]
    [InlineData("as it is", "trace-1", "text/html")]
    [InlineData("as it is", "trace-1", "no media type")]
    [InlineData("as it is", "", null)]
    [InlineData("as it is", "\"<trace>\" ü \ud83d\ude00 +&'\\", null)]
    [InlineData("indented", "trace-1", null)]
    [InlineData("snake case", "trace-1", null)]
    [InlineData("upper case in ids", "TRACE", null)]
    [InlineData("reflection", "trace-1", null)]
    public async Task Rejection_OfPlainService_IsWhatTheServiceWrites(string json, string traceId, string? accept)
    {
        (string, string)[] headers = accept is null ? [] : [("Accept", accept)];

        // A customization, and be it one that does nothing, is what the service alone can run.
        await using var plain = await StartAsync(traceId, services => AddJson(services, json).AddProblemDetails());
        await using var asked = await StartAsync(traceId, services => AddJson(services, json).AddProblemDetails(
            options => options.CustomizeProblemDetails = _ => { }));
        var rejections = await RejectionsAsync(asked, headers);

        Assert.Equal(rejections, await RejectionsAsync(plain, headers));
        Assert.All(rejections, rejection => Assert.StartsWith("429\n", rejection, StringComparison.Ordinal));
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

    [Fact]
    public async Task PlainService_OfAnApplicationThatAddsNothing_IsFoundAndLearnt()
    {
        await using var api = await StartAsync("trace-1", services => services.AddProblemDetails());
        var service = api.Services.GetRequiredService<IProblemDetailsService>();

        var plain = PlainProblemDetails.Find(api.Services, service);

        Assert.NotNull(plain);
        var problem = new RejectionProblem(isServersOwn: false, []);
        using var activity = new Activity("the first request that is rejected").Start();
        var learnt = await problem.LearntFromAsync(plain);
        Assert.Same(activity, Activity.Current);
        Assert.NotNull(learnt);
        Assert.Same(learnt, await problem.LearntFromAsync(plain));
        Assert.Null(await new RejectionProblem(isServersOwn: false, [], isKept: false).LearntFromAsync(plain));
        Assert.True(plain.Serves(new DefaultHttpContext(), service));
    }

    /// <summary>Escapes capital letters, so that no trace id that has them is printed as it is.</summary>
    private static JavaScriptEncoder NoUpperCase()
    {
        var printed = new TextEncoderSettings();
        printed.AllowCharacters([.. "abcdefghijklmnopqrstuvwxyz0123456789-_.: "]);
        return JavaScriptEncoder.Create(printed);
    }

    /// <summary>Three rejections: the first one learns, the others use what was learnt.</summary>
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

    private static IServiceCollection AddJson(IServiceCollection services, string json) =>
        services.ConfigureHttpJsonOptions(options => s_json[json](options.SerializerOptions));

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
