using System.Net.Http.Headers;
using System.Text;
using Microsoft.AspNetCore.Mvc;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>A form that cannot be read counts by the address, and the endpoint answers as it does without limits.</summary>
public class UnreadableFormTests
{
    private const string Encoded = "application/x-www-form-urlencoded";

    private static readonly Dictionary<string, (string Type, string Body)> s_forms = new()
    {
        ["no boundary"] = ("multipart/form-data", "--b\r\n"),
        ["boundary beyond the limit"] = ("multipart/form-data; boundary=" + new string('b', 129), "--b\r\n"),
        ["no end"] = ("multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"account\"\r\n\r\nad"),
        ["no headers"] = ("multipart/form-data; boundary=b", "--b\r\n\r\nada\r\n--b--\r\n"),
        ["no parts"] = ("multipart/form-data; boundary=b", "ada"),
        ["name beyond the limit"] = (Encoded, new string('k', 2_049) + "=1&account=ada"),
        ["fields beyond the limit"] = (Encoded, "account=ada" + string.Concat(Enumerable.Range(0, 1_024).Select(i => $"&f{i}=1"))),
        ["value beyond the limit of the endpoint"] = (Encoded, "account=ada&password=" + new string('p', 1_001)),
    };

    public static TheoryData<string> Forms => [.. s_forms.Keys];

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task FromForm_UnreadableForm_CountsByAddressAndIsAnsweredAsWithoutLimits(string form)
    {
        await using var api = await TestApi.StartAsync(
            limits => limits.AddPolicy("log-in", policy => policy
                .Principals(who => who.FromForm("account", tokenType: "account"))
                .For("account", plan => plan.FixedWindow("account", 5, TimeSpan.FromMinutes(1)))
                .ForAnonymous(plan => plan.FixedWindow("address", 9, TimeSpan.FromMinutes(1)))),
            web =>
            {
                Map(web, "/free").DisableRateLimiting();
                Map(web, "/limited").RequireRateLimiting("log-in");
            });

        var free = await api.PostAsync("/free", ContentOf(form), CallerApi.Address);
        var limited = await api.PostAsync("/limited", ContentOf(form), CallerApi.Address);

        Assert.Equal((free.Status, free.Body), (limited.Status, limited.Body));
        Assert.Equal(400, (int)limited.Status);
        Assert.Equal("9", limited["X-RateLimit-Limit"]);
        Assert.DoesNotContain(api.Log.Entries, entry => entry.Level >= LogLevel.Warning);

        static IEndpointConventionBuilder Map(WebApplication web, string path) => web
            .MapPost(path, ([FromForm] string account) => account).DisableAntiforgery().WithFormOptions(valueLengthLimit: 1_000);
    }

    [Fact]
    public async Task FromForm_LimitsOfAController_HoldForTheRule()
    {
        await using var api = await TestApi.StartAsync(
            limits => limits
                .Principals(who => who.FromForm("account", tokenType: "account"))
                .AddPolicy("search", policy => policy.FixedWindow(1, TimeSpan.FromMinutes(1)))
                .AddPolicy("deep", policy => policy.FixedWindow(1, TimeSpan.FromMinutes(1)))
                .FixedWindow(3, TimeSpan.FromMinutes(1)),
            web => web.MapControllers(),
            services => services.AddControllers().AddApplicationPart(typeof(FormController).Assembly));

        var fits = await api.PostAsync("/form", FormApi.Form(("account", "ada"), ("password", new string('p', 100))), CallerApi.Address);
        Assert.Equal("account ADA", fits.Body);
        var tooLong = await api.PostAsync("/form", FormApi.Form(("account", "ada"), ("password", new string('p', 101))), CallerApi.Address);
        Assert.Equal((400, "2"), ((int)tooLong.Status, tooLong["X-RateLimit-Remaining"]));
    }

    private static ByteArrayContent ContentOf(string form)
    {
        var (type, body) = s_forms[form];
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        return content;
    }
}
