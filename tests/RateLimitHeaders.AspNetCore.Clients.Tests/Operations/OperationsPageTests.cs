using Microsoft.Playwright;

namespace RateLimitHeaders.AspNetCore.Clients.Tests;

/// <summary>The page of operators in Chromium.</summary>
public class OperationsPageTests(Chromium chromium) : IClassFixture<Chromium>
{
    private static readonly string[] s_tokenTypes = ["user", "consumer"];
    private static readonly string s_screenshots = Path.Combine(AppContext.BaseDirectory, "Screenshots");

    [Theory]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task Page_WithTraffic_ShowsPoliciesChartsAndCallers(ColorScheme scheme)
    {
        await using var host = await OperatedHost.StartAsync();
        var (page, complaints) = await host.OpenPageAsync(chromium, scheme);
        await host.SendAsync("ada", times: 25);
        await host.SendAsync("grace", times: 12);
        await host.SendAsync("ada", times: 4, "/search");
        await Assertions.Expect(page.GetByRole(AriaRole.Img, new() { Name = "32 admitted and 5 rejected in the last two minutes", Exact = true })).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Img, new() { Name = "4 admitted and 0 rejected in the last two minutes", Exact = true })).ToBeVisibleAsync();
        await Assertions.Expect(page.Locator("#policies")).ToContainTextAsync("hourly: 50 requests in an hour");
        await Assertions.Expect(page.Locator("#policies")).ToContainTextAsync("always: X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset");
        await Assertions.Expect(page.Locator("#policies")).ToContainTextAsync("none: headers are set to Never");
        Assert.NotEqual(0, await page.Locator("svg rect.rejected").CountAsync());

        await page.GetByLabel("Plan").SelectOptionAsync("default, user");
        await page.GetByRole(AriaRole.Button, new() { Name = "List" }).ClickAsync();
        await Assertions.Expect(page.Locator("#nearest tbody tr").First).ToContainTextAsync("ada");
        await page.GetByRole(AriaRole.Button, new() { Name = "grace" }).ClickAsync();
        await Assertions.Expect(page.Locator("#caller h3").First).ToHaveTextAsync("grace, default");
        await Assertions.Expect(page.GetByRole(AriaRole.Meter, new() { Name = "burst: 12 of 20 requests used" })).ToHaveCountAsync(2);

        Directory.CreateDirectory(s_screenshots);
        await page.ScreenshotAsync(new() { Path = Path.Combine(s_screenshots, $"operations-{scheme}.png"), FullPage = true });
        Assert.Empty(complaints);
        await page.CloseAsync();
    }

    [Fact]
    public async Task Reload_OfTheLimits_KeepsWhatIsChosenAndCardsThatStayTheSame()
    {
        await using var host = await OperatedHost.StartAsync();
        string[] names = ["default"];
        var (page, complaints) = await host.OpenPageAsync(chromium, ColorScheme.Light, page => page.RouteAsync("**/policies", route => route.FulfillAsync(new()
        {
            ContentType = "application/json",
            Body = $$"""{"at":0,"server":"a","policies":[{{string.Join(',', names.Select(Policy))}}]}""",
        })));
        var (tokenType, plan, marked) = (page.GetByLabel("Token type"), page.GetByLabel("Plan"), page.Locator("#policies article[data-marked]"));
        await tokenType.SelectOptionAsync("consumer");
        await plan.SelectOptionAsync("default, consumer");
        await page.EvaluateAsync("document.querySelector('#policies article').dataset.marked = ''");
        await page.WaitForResponseAsync("**/policies");
        await page.WaitForResponseAsync("**/policies");
        await Assertions.Expect(marked).ToHaveCountAsync(1);

        names = ["a", "default"];
        await Assertions.Expect(page.Locator("#policies h3")).ToHaveTextAsync(names);
        await Assertions.Expect(tokenType).ToHaveValueAsync("consumer");
        await Assertions.Expect(plan).ToHaveValueAsync("""["default","consumer"]""");
        Assert.DoesNotContain(complaints, complaint => !complaint.Contains("400", StringComparison.Ordinal));
        await page.CloseAsync();

        static string Policy(string name) => $$"""
            {"name":"{{name}}","is_of_own_limiters":false,"admitted":0,"rejected":0,"plans":[{{string.Join(',', s_tokenTypes.Select(Plan))}}]}
            """;

        static string Plan(string tokenType) =>
            $$"""{"token_type":"{{tokenType}}","exempt":false,"enforce":1,"headers_when":"Always","fields":[],"other_fields_on_rejections":[],"quotas":[]}""";
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Page_AfterTheSessionHasEnded_ShowsThatItMustBeReloaded(bool redirects)
    {
        await using var host = await OperatedHost.StartAsync();
        await host.SendAsync("ada", times: 3);
        var (page, complaints) = await host.OpenPageAsync(chromium, ColorScheme.Light);
        await page.GetByLabel("Token type").SelectOptionAsync("user");
        await page.GetByLabel("Id or address").FillAsync("ada");
        await page.GetByRole(AriaRole.Button, new() { Name = "Look up" }).ClickAsync();
        var card = page.Locator("#caller article").First;
        await Assertions.Expect(card).ToContainTextAsync("3 of 20 used, 17 left");

        var ended = "The session has ended: load the page again.";
        var state = page.GetByRole(AriaRole.Status);
        host.LogIn = context => (redirects ? Results.Redirect("/login") : Results.Content("<h1>Log in</h1>", "text/html")).ExecuteAsync(context);
        await Assertions.Expect(state).ToHaveTextAsync(ended);
        await page.EvaluateAsync(
            "said = []; new MutationObserver(() => said.push(byId('state').textContent)).observe(byId('state'), { childList: true })");
        await page.RunAndWaitForResponseAsync(
            () => card.GetByRole(AriaRole.Button, new() { Name = "Reset" }).ClickAsync(), answer => answer.Url.Contains("/caller?", StringComparison.Ordinal));
        await Assertions.Expect(card).ToContainTextAsync("3 of 20 used, 17 left");
        await page.RunAndWaitForResponseAsync(
            () => page.GetByRole(AriaRole.Button, new() { Name = "Look up" }).ClickAsync(), answer => answer.Url.Contains("/caller?", StringComparison.Ordinal));

        // By the next look at the policies, the page has said what became of the two.
        await page.WaitForResponseAsync(answer => answer.Url.EndsWith("/policies", StringComparison.Ordinal));
        var said = await page.EvaluateAsync<string[]>("said");
        Assert.InRange(said.Length, 2, int.MaxValue);
        Assert.Equal([ended], said.Distinct());
        await Assertions.Expect(card).ToHaveCountAsync(0);

        // Another tab may have begun a session.
        host.LogIn = null;
        await page.GetByRole(AriaRole.Button, new() { Name = "Look up" }).ClickAsync();
        await Assertions.Expect(state).ToHaveTextAsync(string.Empty);
        await card.GetByRole(AriaRole.Button, new() { Name = "Reset" }).ClickAsync();
        await Assertions.Expect(card).ToContainTextAsync("0 of 20 used, 20 left");
        Assert.Empty(complaints);
        await page.CloseAsync();
    }

    [Fact]
    public async Task Page_OfReportOnlyAndPartlyEnforcedPlans_ShowsTheirEnforcement()
    {
        await using var host = await OperatedHost.StartAsync(limits => limits
            .ReportOnly().AddPolicy("share", policy => policy.EnforceFor(0.07).FixedWindow("q", 1, TimeSpan.FromHours(1))));
        var (page, complaints) = await host.OpenPageAsync(chromium, ColorScheme.Light);
        await Assertions.Expect(page.Locator("#policies tbody tr").First).ToHaveTextAsync(
            "userhourly: 50 requests in an hourburst: 20 requests in 2,000 secondsreport-onlynone: report-only");
        await Assertions.Expect(page.Locator("#policies tbody tr").Last).ToHaveTextAsync(
            "anonymousq: 1 requests in an hourenforced for 7 % of the callersalways: X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset");

        await page.GetByLabel("Token type").SelectOptionAsync("user");
        await page.GetByLabel("Id or address").FillAsync("ada");
        await page.GetByRole(AriaRole.Button, new() { Name = "Look up" }).ClickAsync();
        var card = page.Locator("#caller article").First;
        await Assertions.Expect(card).ToContainTextAsync("Report-only: requests are counted, and none is rejected");
        await Assertions.Expect(card).ToContainTextAsync(
            "Responses carry no rate limit headers: the plan is report-only, and headers of report-only plans are off. (report-only)");
        Assert.Empty(complaints);
        await page.CloseAsync();
    }

    [Fact]
    public async Task Charts_OfServersThatAnswerInTurn_AddUpWhatEachHasDecidedLately()
    {
        await using var host = await OperatedHost.StartAsync();
        (string Server, long Admitted) told = ("a", 10_000);
        var (page, complaints) = await host.OpenPageAsync(chromium, ColorScheme.Light, async page =>
        {
            await page.Clock.InstallAsync(new() { Time = "2026-05-23T12:00:00Z" });
            await page.Clock.PauseAtAsync("2026-05-23T13:00:00Z");
            await page.RouteAsync("**/policies", route => route.FulfillAsync(new()
            {
                ContentType = "application/json",
                Body = $$"""
                    {"at":{{told.Admitted * 1_000}},"server":"{{told.Server}}","policies":[
                    {"name":"default","is_of_own_limiters":false,"admitted":{{told.Admitted}},"rejected":0,"plans":[]}]}
                    """,
            }));
        });
        await ExpectAsync(0);

        await PollAsync("b", 9_000, after: 2, expected: 0);
        await PollAsync("a", 10_003, after: 2, expected: 3);
        await PollAsync("b", 9_004, after: 2, expected: 7);
        await PollAsync("a", 10_008, after: 55, expected: 12);

        // Of the 90, nothing tells when they were counted. Those before are older than two minutes.
        await PollAsync("a", 10_098, after: 65, expected: 5);
        await PollAsync("a", 10_099, after: 2, expected: 6);
        await PollAsync("a", 10_100, after: 57, expected: 2);
        Assert.Empty(complaints);
        await page.CloseAsync();

        async Task PollAsync(string server, long admitted, int after, int expected)
        {
            told = (server, admitted);
            await page.RunAndWaitForResponseAsync(() => page.Clock.FastForwardAsync(after * 1_000), "**/policies");

            // The page sets its next timer when it has shown the answer, of which this is the last.
            await Assertions.Expect(page.Locator("#at")).ToHaveTextAsync(
                await page.EvaluateAsync<string>($"`As of ${{new Date({admitted * 1_000}).toLocaleTimeString()}}`"));
            await ExpectAsync(expected);
        }

        Task ExpectAsync(int admitted) => Assertions.Expect(page.GetByRole(
            AriaRole.Img, new() { Name = $"{admitted} admitted and 0 rejected in the last two minutes", Exact = true })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Moments_OfAnotherDay_HaveTheirDate()
    {
        await using var host = await OperatedHost.StartAsync(limits => limits.Global(policy => policy
            .FixedWindow("monthly", 5, TimeSpan.FromDays(30))
            .Ban(after: 1, within: TimeSpan.FromMinutes(1), lasting: TimeSpan.FromDays(10))));
        await host.SendAsync("ada", times: 7);
        var (page, complaints) = await host.OpenPageAsync(chromium, ColorScheme.Light);
        await page.GetByLabel("Token type").SelectOptionAsync("user");
        await page.GetByLabel("Id or address").FillAsync("ada");
        await page.GetByRole(AriaRole.Button, new() { Name = "Look up" }).ClickAsync();
        var card = page.Locator("#caller article", new() { HasText = "ada, global" });

        await Assertions.Expect(card.GetByText("monthly in")).ToHaveTextAsync(await TextAsync("quotas[0].reset", "monthly in 30 days, all back at "));
        await Assertions.Expect(card.GetByText("Banned until")).ToHaveTextAsync(await TextAsync("banned_until", "Banned until "));
        Assert.Empty(complaints);
        await page.CloseAsync();

        // As the browser writes it.
        Task<string> TextAsync(string seconds, string before) => page.EvaluateAsync<string>(
            $"fetch('{host.Page}/caller?token_type=user&id=ada').then(answer => answer.json())"
                + $".then(({{ callers }}) => '{before}' + new Date(callers.find(caller => caller.policy === 'global').{seconds} * 1000).toLocaleString())");
    }

    [Fact]
    public async Task Page_OnANarrowScreenByKeyboard_IsUsable()
    {
        await using var host = await OperatedHost.StartAsync();
        await host.SendAsync("ada", times: 3);
        var (page, complaints) = await host.OpenPageAsync(chromium, ColorScheme.Light);
        await page.SetViewportSizeAsync(360, 740);
        await Assertions.Expect(page.Locator("#policies article").First).ToBeVisibleAsync();
        Assert.True(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"));
        await page.GetByLabel("Token type").SelectOptionAsync("user");
        await page.GetByLabel("Id or address").FocusAsync();
        await page.Keyboard.TypeAsync("ada");
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.Locator("#caller h3").First).ToHaveTextAsync("ada, default");
        Assert.Empty(complaints);
        await page.CloseAsync();
    }
}
