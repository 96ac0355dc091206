using System.Text;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Mvc;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>An endpoint reads the form as if no rule had read it.</summary>
public class FormReadAfterwardsTests
{
    [Fact]
    public async Task FromForm_BoundFormOfAnEndpoint_IsWhole()
    {
        await using var api = await FormApi.StartAsync(web => web
            .MapPost("/", ([FromForm] string account, IFormFile picture, HttpContext context) => $"{account} {picture.Length} {CallerApi.Answer(context)}")
            .DisableAntiforgery());
        using var form = new MultipartFormDataContent
        {
            { new StringContent("ada"), "account" },
            { new ByteArrayContent(new byte[100_000]), "picture", "a.png" },
        };

        Assert.Equal("200 ada 100000 account ADA", await api.SubmitAsync(form));
    }

    [Theory]
    [InlineData(10)]
    [InlineData(100_000)]
    public async Task FromForm_BodyThatAnEndpointReads_IsWhole(int length)
    {
        await using var api = await FormApi.StartAsync(web => web.MapPost("/", async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            await context.Response.WriteAsync(await reader.ReadToEndAsync());
        }));
        var body = "account=ada&text=" + new string('a', length);

        Assert.Equal("200 " + body, await api.SubmitAsync(new StringContent(body, Encoding.UTF8, "application/x-www-form-urlencoded")));
    }

    [Fact]
    public async Task FromForm_BodyOfNoForm_IsWholeForAnEndpoint()
    {
        await using var api = await FormApi.StartAsync(web => web.MapPost("/", async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            await context.Response.WriteAsync(await reader.ReadToEndAsync());
        }));
        using var form = new StringContent("account=ada&" + new string('k', 3_000), Encoding.UTF8, "application/x-www-form-urlencoded");

        Assert.Equal("200 account=ada&" + new string('k', 3_000), await api.SubmitAsync(form));
    }

    [Fact]
    public async Task FromForm_FormThatWasReadBefore_NamesTheCaller()
    {
        await using var api = await FormApi.StartAsync(before: web => web.Use(async (context, next) =>
        {
            await context.Request.ReadFormAsync();
            await next(context);
        }));

        Assert.Equal("200 account ADA", await api.SubmitAsync(FormApi.Form(("account", "ada"))));
    }

    [Theory]
    [InlineData(false, true, "200 account ADA")]
    [InlineData(true, true, "200 account ADA")]
    [InlineData(false, false, "400 4")]
    [InlineData(true, false, "400 9")]
    public async Task FromForm_AntiforgeryTokens_AreCheckedBeforeOrAfter(bool isBefore, bool isRight, string answer)
    {
        await using var api = await TestApi.StartAsync(
            limits => limits
                .Principals(who => who.FromForm("account", tokenType: "account"))
                .DefaultPolicy(policy => policy
                    .For("account", plan => plan.FixedWindow("account", 5, TimeSpan.FromMinutes(1)))
                    .ForAnonymous(plan => plan.FixedWindow("address", 10, TimeSpan.FromMinutes(1)))),
            web =>
            {
                if (!isBefore)
                {
                    web.UseAntiforgery();
                }

                web.MapGet("/token", (HttpContext context, IAntiforgery antiforgery) => antiforgery.GetAndStoreTokens(context).RequestToken)
                    .DisableRateLimiting();
                web.MapPost("/", ([FromForm] string account, HttpContext context) => CallerApi.Answer(context));
            },
            services =>
            {
                services.AddAntiforgery();
                services.AddDataProtection().UseEphemeralDataProtectionProvider();
            },
            before: web =>
            {
                if (isBefore)
                {
                    web.UseAntiforgery();
                }
            });
        var token = await api.SendAsync("/token");
        var cookie = token["Set-Cookie"]!.Split(';')[0];

        var response = await api.PostAsync(
            "/",
            FormApi.Form(("account", "ada"), ("__RequestVerificationToken", isRight ? token.Body : "wrong")),
            CallerApi.Address,
            headers: ("Cookie", cookie));

        Assert.Equal(answer, $"{(int)response.Status} {(isRight ? response.Body : response["X-RateLimit-Remaining"])}");
        Assert.DoesNotContain(api.Log.Entries, entry => entry.Level >= LogLevel.Warning);
    }
}
