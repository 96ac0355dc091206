using System.Net;
using System.Text.RegularExpressions;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>The operator over HTTP.</summary>
public class OperationsTests
{
    private const string Ada = """{"token_type":"user","id":"ada"}""";

    private const string AdaWithAllLeft =
        """{"callers":[{"policy":"default","token_type":"user","id":"ada","id_is_hash":false,"report_only":false,"quotas":[{"name":"minute","unit":"requests","limit":5,"used":0,"remaining":5,"window":60,"more_after":null,"reset":1779545233}],"bans":false,"banned_until":null,"headers":{"sent":true,"code":null,"why":null,"fields":["X-RateLimit-Limit","X-RateLimit-Remaining","X-RateLimit-Reset"]}}],"cursor":null}""";

    [Fact]
    public async Task Caller_LookedAt_IsReturnedWithQuotasAndFields()
    {
        await using var api = await StartAsync(requests: 2);
        var response = await api.SendAsync("/ops/caller?token_type=user&id=ada");
        Assert.Equal((HttpStatusCode.OK, "no-store"), (response.Status, response["Cache-Control"]));
        Assert.Equal(
            """{"callers":[{"policy":"default","token_type":"user","id":"ada","id_is_hash":false,"report_only":false,"quotas":[{"name":"minute","unit":"requests","limit":5,"used":2,"remaining":3,"window":60,"more_after":60,"reset":1779545293}],"bans":false,"banned_until":null,"headers":{"sent":true,"code":null,"why":null,"fields":["X-RateLimit-Limit","X-RateLimit-Remaining","X-RateLimit-Reset"]}}],"cursor":null}""",
            response.Body);
    }

    [Fact]
    public async Task Caller_WithoutHeaders_IsReturnedWithTheReason()
    {
        await using var api = await StartAsync(requests: 0);
        Assert.Contains(
            """
            "headers":{"sent":false,"code":"headers-never","why":"headers are set to Never, for the plan, its policy or all plans.","fields":[]}
            """,
            (await api.SendAsync("/ops/caller?token_type=anonymous&id=192.0.2.1")).Body,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false, """{"sent":false,"code":"report-only","why":"the plan is report-only, and headers of report-only plans are off.","fields":[]}""")]
    [InlineData(true, """{"sent":true,"code":null,"why":null,"fields":["Beta-X-RateLimit-Limit","Beta-X-RateLimit-Remaining","Beta-X-RateLimit-Reset"]}""")]
    public async Task Caller_UnderAReportOnlyPlan_IsReturnedAsReportOnly(bool haveFields, string headers)
    {
        await using var api = await OperationsApi.StartAsync(
            limits: limits => limits.ReportOnly().Headers(fields => _ = haveFields ? fields.XRateLimit().ReportOnly() : fields.XRateLimit()));
        await api.SendAsync("/", "sub=ada");
        var caller = $$"""{"policy":"default","token_type":"user","id":"ada","id_is_hash":false,"report_only":true,"quotas":[{"name":"minute","unit":"requests","limit":5,"used":1,"remaining":4,"window":60,"more_after":60,"reset":1779545293}],"bans":false,"banned_until":null,"headers":{{headers}}}""";
        Assert.Equal($$"""{"callers":[{{caller}}],"cursor":null}""", (await api.SendAsync("/ops/caller?token_type=user&id=ada")).Body);
        Assert.Equal($$"""{"callers":[{{caller}}],"cursor":null}""", (await api.SendAsync("/ops/callers?policy=default&token_type=user")).Body);
    }

    [Fact]
    public async Task Policies_WithResetOnRejectionsOnly_ReturnItSeparately()
    {
        await using var api = await OperationsApi.StartAsync(limits: limits => limits.AddPolicy("open", policy => policy.Concurrency("open", 9)));
        Assert.Contains(
            """
            "headers_when":"Always","fields":["X-RateLimit-Limit","X-RateLimit-Remaining"],"other_fields_on_rejections":["X-RateLimit-Reset"]
            """,
            (await api.SendAsync("/ops/policies")).Body,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Policies_OfReportOnlyPlans_HaveEnforceZeroAndNoFields()
    {
        await using var api = await OperationsApi.StartAsync(limits: limits => limits.ReportOnly());
        Assert.Contains(
            """
            "plans":[{"token_type":"user","exempt":false,"enforce":0,"quotas":[{"name":"minute","algorithm":"FixedWindow","limit":5,"window":60,"unit":"requests"}],"headers_when":null,"fields":[],"other_fields_on_rejections":[]},
            """,
            (await api.SendAsync("/ops/policies")).Body,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reset_OfACaller_ReturnsTheNewStatusesAndIsLoggedWithTheOperator()
    {
        await using var api = await StartAsync(requests: 6);
        var response = await api.SendAsync("/ops/caller/reset", json: Ada);
        Assert.Equal((HttpStatusCode.OK, AdaWithAllLeft), (response.Status, response.Body));
        Assert.Equal(HttpStatusCode.OK, (await api.SendAsync("/", "sub=ada")).Status);
        Assert.Equal(
            ["root has reset the caller ada of policy default, token type user: its counts were cleared."],
            api.Log.Entries.Where(entry => entry.Id == 63).Select(entry => entry.Message));
    }

    [Theory]
    [InlineData("role=operator&sub=the-sub", "the-sub")]
    [InlineData("role=operator&client_id=a-client", "a-client")]
    [InlineData("role=operator", "an operator without a name")]
    public async Task Grant_ByAnyOperator_IsLoggedWithTheIdentity(string claims, string identity)
    {
        await using var api = await StartAsync(requests: 6);
        var response = await api.SendAsync("/ops/caller/grant", claims, """{"token_type":"user","id":"ada","policy":"default","permits":2,"quota":"minute"}""");
        Assert.Equal(HttpStatusCode.OK, response.Status);
        Assert.Contains("\"remaining\":2", response.Body, StringComparison.Ordinal);
        Assert.Equal(
            [$"{identity} has granted 2 permits of minute to the caller ada of policy default, token type user."],
            api.Log.Entries.Where(entry => entry.Id == 64).Select(entry => entry.Message));
    }

    [Fact]
    public async Task Ban_OfACaller_IsShown_AndLifted()
    {
        await using var api = await StartAsync(requests: 0, bans: true);
        Assert.Contains("\"bans\":true,\"banned_until\":null", (await api.SendAsync("/ops/caller?token_type=user&id=ada")).Body, StringComparison.Ordinal);
        var banned = await api.SendAsync("/ops/caller/ban", json: """{"token_type":"user","id":"ada","seconds":600}""");
        Assert.Contains("\"bans\":true,\"banned_until\":1779545833", banned.Body, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.TooManyRequests, (await api.SendAsync("/", "sub=ada")).Status);
        Assert.Contains("\"banned_until\":null", (await api.SendAsync("/ops/caller/lift-ban", json: Ada)).Body, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await api.SendAsync("/", "sub=ada")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await api.SendAsync("/ops/caller/ban", json: Ada)).Status);
    }

    [Fact]
    public async Task Ban_OfTheLongestTime_ReturnsItsEnd()
    {
        await using var api = await StartAsync(requests: 0, bans: true);
        var banned = await api.SendAsync("/ops/caller/ban", json: """{"token_type":"user","id":"ada","seconds":3155760000}""");
        Assert.Contains("\"bans\":true,\"banned_until\":4935305233", banned.Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("3155760001", "3155760001")]
    [InlineData("1e300", "1E\\u002B300")]
    [InlineData("0.5", "0.5")]
    public async Task Ban_OfATimeOutOfRange_IsABadRequest(string seconds, string told)
    {
        await using var api = await StartAsync(requests: 0, bans: true);
        var answer = await api.SendAsync("/ops/caller/ban", json: $$"""{"token_type":"user","id":"ada","seconds":{{seconds}}}""");
        Assert.Equal(
            (HttpStatusCode.BadRequest, $$"""{"status":400,"detail":"seconds is {{told}}; give a number from 1 to 3155760000."}"""),
            (answer.Status, answer.Body));
        Assert.DoesNotContain(api.Log.Entries, entry => entry.Id == EventIds.OperatorBanned);
    }

    [Theory]
    [InlineData("/ops/caller/ban", "Dictionary did not answer: other servers may not ban the caller.")]
    [InlineData("/ops/caller/lift-ban", "Dictionary did not answer: the caller may still be banned.")]
    public async Task Ban_WhileTheStoreDoesNotAnswer_IsA503(string path, string detail)
    {
        var store = new DictionaryStore { BeforeLoad = static (_, _) => throw new RateLimitStoreException(StoreFailureKind.Connection, "it is gone") };
        await using var api = await OperationsApi.StartAsync(bans: true, store: store);
        var answer = await api.SendAsync(path, json: """{"token_type":"user","id":"ada","seconds":600}""");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.Status);
        Assert.Contains($"\"detail\":\"{detail}\"", answer.Body, StringComparison.Ordinal);
        Assert.DoesNotContain(api.Log.Entries, entry => entry.Id is EventIds.OperatorBanned or EventIds.OperatorLiftedBan or EventIds.BanLifted);
    }

    [Fact]
    public async Task Callers_NearestTheirLimits_AreListed()
    {
        await using var api = await StartAsync(requests: 2);
        await api.SendAsync("/", "sub=grace");
        var all = await api.SendAsync("/ops/callers?policy=default&token_type=user");
        Assert.Matches("\"id\":\"ada\".*\"id\":\"grace\".*\"cursor\":null", all.Body);
        Assert.DoesNotContain("grace", (await api.SendAsync("/ops/callers?policy=default&token_type=user&count=1")).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Callers_ThatAreBanned_AreListedWithTheEndOfTheirBan()
    {
        await using var api = await StartAsync(requests: 2, bans: true);
        await api.SendAsync("/", "sub=grace");
        await api.SendAsync("/ops/caller/ban", json: """{"token_type":"user","id":"ada","seconds":600}""");
        Assert.Matches(
            "\"id\":\"ada\".*\"bans\":true,\"banned_until\":1779545833.*\"id\":\"grace\".*\"bans\":true,\"banned_until\":null",
            (await api.SendAsync("/ops/callers?policy=default&token_type=user")).Body);
    }

    [Fact]
    public async Task Policies_InForce_AreReturnedWithTheNumbersOfDecisions()
    {
        await using var api = await StartAsync(requests: 2);
        Assert.Equal(
            """{"at":1779545233000,"server":"ID","policies":[{"name":"default","resource":"default","is_of_own_limiters":false,"admitted":0,"rejected":0,"plans":[{"token_type":"user","exempt":false,"enforce":1,"quotas":[{"name":"minute","algorithm":"FixedWindow","limit":5,"window":60,"unit":"requests"}],"headers_when":"Always","fields":["X-RateLimit-Limit","X-RateLimit-Remaining","X-RateLimit-Reset"],"other_fields_on_rejections":[]},{"token_type":"anonymous","exempt":false,"enforce":1,"quotas":[{"name":"minute","algorithm":"FixedWindow","limit":3,"window":60,"unit":"requests"}],"headers_when":null,"fields":[],"other_fields_on_rejections":[]}]}]}""",
            Regex.Replace((await api.SendAsync("/ops/policies")).Body, "(?<=\"server\":\")[0-9a-f]{32}(?=\")", "ID"));
        for (var i = 0; i < 5; i++)
        {
            await api.SendAsync("/", "sub=ada");
        }

        Assert.Contains("\"admitted\":3,\"rejected\":2", (await api.SendAsync("/ops/policies")).Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/ops/policies")]
    [InlineData("/ops/callers?policy=default&token_type=user")]
    [InlineData("/ops/caller?token_type=user&id=ada")]
    [InlineData("/ops/caller/reset")]
    [InlineData("/ops/caller/grant")]
    public async Task Operations_WithoutAnOperator_AreForbidden(string path)
    {
        await using var api = await StartAsync(requests: 0);
        var json = path.StartsWith("/ops/caller/", StringComparison.Ordinal) ? Ada : null;
        Assert.Equal(HttpStatusCode.Unauthorized, (await api.SendAsync(path, "", json)).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await api.SendAsync(path, "sub=ada", json)).Status);
        Assert.NotEqual(HttpStatusCode.Forbidden, (await api.SendAsync(path, json: json)).Status);
    }

    [Theory]
    [InlineData("Sec-Fetch-Site", "cross-site", HttpStatusCode.Forbidden)]
    [InlineData("Sec-Fetch-Site", "same-site", HttpStatusCode.Forbidden)]
    [InlineData("Sec-Fetch-Site", "same-origin", HttpStatusCode.OK)]
    [InlineData("Origin", "https://evil.example", HttpStatusCode.Forbidden)]
    [InlineData("Origin", "null", HttpStatusCode.Forbidden)]
    [InlineData("Origin", "https://localhost", HttpStatusCode.OK)]
    [InlineData("Origin", "https://localhost:8443", HttpStatusCode.Forbidden)]
    [InlineData("Content-Type", "text/plain", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("Content-Type", "application/json; charset=latin9", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("Content-Type", "application/json; charset=", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("Content-Type", "application/json; charset=UTF-8", HttpStatusCode.OK)]
    [InlineData("Content-Type", "application/json", HttpStatusCode.OK)]
    public async Task Act_OfABrowser_IsThatOfThePageItselfAlone(string field, string value, HttpStatusCode expected)
    {
        await using var api = await StartAsync(requests: 3);
        Assert.Equal(expected, (await api.SendAsync("/ops/caller/reset", json: Ada, headers: (field, value))).Status);
        var remaining = expected == HttpStatusCode.OK ? 5 : 2;
        Assert.Contains($"\"remaining\":{remaining}", (await api.SendAsync("/ops/caller?token_type=user&id=ada")).Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/ops/caller?token_type=user&id=ada&policy=none", null, "There is no policy \\u0022none\\u0022 that counts the token type \\u0022user\\u0022.")]
    [InlineData("/ops/caller?token_type=user", null, "id is missing; give it.")]
    [InlineData("/ops/callers", null, "policy is missing; give it.")]
    [InlineData("/ops/callers?policy=default", null, "token_type is missing; give it.")]
    [InlineData("/ops/callers?policy=default&token_type=user&count=x", null, "count is x; give a whole number from 1 to 1000.")]
    [InlineData("/ops/callers?policy=default&token_type=user&count=1001", null, "count is 1001; give a whole number from 1 to 1000.")]
    [InlineData("/ops/caller/reset", "{", "The JSON text cannot be read at $; its members are token_type, id, policy, permits, quota and seconds.")]
    [InlineData("/ops/caller/reset", "{}", "token_type is missing; give it.")]
    [InlineData("/ops/caller/reset", "null", "The JSON text cannot be read at $; its members are token_type, id, policy, permits, quota and seconds.")]
    [InlineData("/ops/caller/grant", Ada, "permits is 0; give a whole number from 1 to 999999999999999.")]
    public async Task Operations_WithInvalidParameters_AreBadRequests(string path, string? json, string detail)
    {
        await using var api = await StartAsync(requests: 0);
        var response = await api.SendAsync(path, json: json);
        Assert.Equal((HttpStatusCode.BadRequest, "application/problem+json"), (response.Status, response["Content-Type"]));
        Assert.Contains(detail, response.Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("reset", """{"token_type":"user","id":"ada","policy_name":"none"}""", "policy_name")]
    [InlineData("grant", """{"token_type":"user","id":"ada","permits":1,"quota_or_unit":"none"}""", "quota_or_unit")]
    [InlineData("ban", """{"token_type":"user","id":"ada","seconds":600,"policy_name":"none"}""", "policy_name")]
    public async Task Act_WithAMemberThatThereIsNot_IsABadRequestAndDoesNothing(string act, string json, string member)
    {
        await using var api = await StartAsync(requests: 3, bans: true);
        var response = await api.SendAsync($"/ops/caller/{act}", json: json);
        Assert.Equal((HttpStatusCode.BadRequest, "application/problem+json"), (response.Status, response["Content-Type"]));
        Assert.Contains(member, response.Body, StringComparison.Ordinal);
        var caller = (await api.SendAsync("/ops/caller?token_type=user&id=ada")).Body;
        Assert.Contains("\"remaining\":2", caller, StringComparison.Ordinal);
        Assert.Contains("\"banned_until\":null", caller, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Operations_WithoutAPolicy_StopTheStart(bool hasMiddleware)
    {
        foreach (var map in new Action<WebApplication>[]
        {
            web => web.MapRateLimitOperations("/ops"),
            web => web.MapRateLimitOperations("/ops").RequireAuthorization(),
            web => web.MapRateLimitOperations("/ops", "operators").AllowAnonymous(),
        })
        {
            var thrown = await Assert.ThrowsAsync<RateLimitConfigurationException>(() => OperationsApi.StartAsync(map, hasMiddleware));
            Assert.Equal(
                "RLH0821: MapRateLimitOperations has no authorization policy, so that any caller could act as an operator; name one that requires "
                    + "an operator, such as MapRateLimitOperations(\"/operations/rate-limits\", \"operators\"), and leave out AllowAnonymous().",
                Assert.Single(thrown.Errors).ToString());
        }
    }

    [Fact]
    public async Task Operations_WithAPolicyThatDoesNotExist_StopTheStart()
    {
        var thrown = await Assert.ThrowsAsync<RateLimitConfigurationException>(() =>
            OperationsApi.StartAsync(web => web.MapRateLimitOperations("/ops", "operator")));
        Assert.Equal(
            "RLH0822: MapRateLimitOperations requires the authorization policy \"operator\", which does not exist; "
                + "add it with services.AddAuthorization(options => options.AddPolicy(\"operator\", …)), or correct the name.",
            Assert.Single(thrown.Errors).ToString());
    }

    [Fact]
    public async Task Operations_WithAPolicyOfTheResultOrOfAGroup_Start()
    {
        await using var ofResult = await OperationsApi.StartAsync(web => web.MapRateLimitOperations("/ops").RequireAuthorization("operators"));
        Assert.Equal(HttpStatusCode.OK, (await ofResult.SendAsync("/ops/policies")).Status);
        await using var ofGroup = await OperationsApi.StartAsync(web => web.MapGroup("/admin").RequireAuthorization("operators").MapRateLimitOperations("/ops"));
        Assert.Equal(HttpStatusCode.OK, (await ofGroup.SendAsync("/admin/ops/policies")).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await ofGroup.SendAsync("/admin/ops/policies", "sub=ada")).Status);
    }

    private static async Task<OperationsApi> StartAsync(int requests, bool bans = false)
    {
        var api = await OperationsApi.StartAsync(bans: bans);
        for (var i = 0; i < requests; i++)
        {
            await api.SendAsync("/", "sub=ada");
        }

        return api;
    }
}
