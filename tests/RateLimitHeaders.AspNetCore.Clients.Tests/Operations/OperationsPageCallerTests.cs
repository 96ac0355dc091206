using Microsoft.Playwright;

namespace RateLimitHeaders.AspNetCore.Clients.Tests;

/// <summary>What the page of operators shows of one caller, and does to it, in Chromium.</summary>
public class OperationsPageCallerTests(Chromium chromium) : IClassFixture<Chromium>
{
    [Fact]
    public async Task Buttons_OfACaller_GrantAndReset()
    {
        await using var host = await OperatedHost.StartAsync();
        await host.SendAsync("ada", times: 25);
        var (page, complaints) = await host.OpenPageAsync(chromium, ColorScheme.Light);
        await page.GetByLabel("Token type").SelectOptionAsync("user");
        await page.GetByLabel("Id or address").FillAsync("ada");
        await page.GetByRole(AriaRole.Button, new() { Name = "Look up" }).ClickAsync();
        var card = page.Locator("#caller article").First;
        await Assertions.Expect(card).ToContainTextAsync("20 of 20 used, 0 left");

        await card.GetByLabel("Quota to grant permits of under default").SelectOptionAsync("burst");
        await card.GetByRole(AriaRole.Spinbutton).FillAsync("5");
        await card.GetByRole(AriaRole.Button, new() { Name = "Grant permits" }).ClickAsync();
        await Assertions.Expect(card).ToContainTextAsync("15 of 20 used, 5 left");
        await card.GetByRole(AriaRole.Button, new() { Name = "Reset" }).ClickAsync();
        await Assertions.Expect(card).ToContainTextAsync("0 of 20 used, 20 left");
        await Assertions.Expect(page.GetByRole(AriaRole.Status)).ToHaveTextAsync("Reset: ada, default");
        Assert.Empty(complaints);
        await page.CloseAsync();
    }

    [Fact]
    public async Task DoubleClick_OnAButton_ActsOnce()
    {
        await using var host = await OperatedHost.StartAsync();
        await host.SendAsync("ada", times: 20);
        var (page, complaints) = await host.OpenPageAsync(chromium, ColorScheme.Light, page => page.AddInitScriptAsync("""
            {
              const [pauses, wait] = [[], window.setTimeout];
              window.setTimeout = (run, time, ...more) => time === 500 ? pauses.push(run) : wait(run, time, ...more);
              window.endPauses = () => pauses.splice(0).forEach(run => run());
            }
            """));
        await page.GetByLabel("Token type").SelectOptionAsync("user");
        await page.GetByLabel("Id or address").FillAsync("ada");
        await page.GetByRole(AriaRole.Button, new() { Name = "Look up" }).ClickAsync();
        var card = page.Locator("#caller article").First;
        var (quota, permits) = (card.GetByLabel("Quota to grant permits of under default"), card.GetByRole(AriaRole.Spinbutton));
        await quota.SelectOptionAsync("burst");
        await permits.FillAsync("5");

        // However late the second click is, the pause after the first one is not over.
        await card.GetByRole(AriaRole.Button, new() { Name = "Grant permits" }).DblClickAsync(new() { Delay = 150 });
        await page.EvaluateAsync("endPauses()");
        await Assertions.Expect(page.GetByRole(AriaRole.Status)).ToHaveTextAsync("Granted 5 of burst: ada, default");
        await Assertions.Expect(card).ToContainTextAsync("15 of 20 used, 5 left");
        await Assertions.Expect(quota).ToHaveValueAsync("burst");
        await Assertions.Expect(permits).ToHaveValueAsync("5");
        await Assertions.Expect(card.GetByRole(AriaRole.Button, new() { Name = "Grant permits" })).ToBeFocusedAsync();
        Assert.Empty(complaints);
        await page.CloseAsync();
    }

    [Fact]
    public async Task LookUp_WhoseAnswerComesAfterThatOfALaterOne_IsNotShown()
    {
        await using var host = await OperatedHost.StartAsync();
        var released = new TaskCompletionSource();
        var (page, complaints) = await host.OpenPageAsync(chromium, ColorScheme.Light, async page =>
        {
            await page.AddInitScriptAsync("AbortSignal.timeout = () => new AbortController().signal;");
            await page.RouteAsync("**/caller?*id=slow*", async route =>
            {
                await released.Task;
                await route.ContinueAsync();
            });
        });
        await page.GetByLabel("Token type").SelectOptionAsync("user");
        await page.GetByLabel("Id or address").FillAsync("slow");
        await page.GetByRole(AriaRole.Button, new() { Name = "Look up" }).ClickAsync();
        await page.GetByLabel("Id or address").FillAsync("bob");
        await page.GetByRole(AriaRole.Button, new() { Name = "Look up" }).ClickAsync();
        await Assertions.Expect(page.Locator("#caller h3").First).ToHaveTextAsync("bob, default");

        await page.RunAndWaitForResponseAsync(
            () =>
            {
                released.SetResult();
                return Task.CompletedTask;
            },
            answer => answer.Url.Contains("id=slow", StringComparison.Ordinal));
        await page.WaitForResponseAsync(answer => answer.Url.EndsWith("/policies", StringComparison.Ordinal));
        await Assertions.Expect(page.Locator("#caller h3").First).ToHaveTextAsync("bob, default");
        Assert.Empty(complaints);
        await page.CloseAsync();
    }

    [Fact]
    public async Task Act_ThatTheServerDoesNotAnswer_FailsAfterTheDeadlineAndShowsTheCallerAgain()
    {
        await using var host = await OperatedHost.StartAsync();
        await host.SendAsync("ada", times: 3);
        var (page, complaints) = await host.OpenPageAsync(chromium, ColorScheme.Light, async page =>
        {
            // The deadlines of requests to the server end when the test says so.
            await page.AddInitScriptAsync("""
                const ends = [];
                AbortSignal.timeout = () => {
                  const controller = new AbortController();
                  ends.push(() => controller.abort(new DOMException('', 'TimeoutError')));
                  return controller.signal;
                };
                window.endAll = () => ends.forEach(end => end());
                """);
            await page.RouteAsync("**/caller/reset", _ => Task.CompletedTask);
        });
        await page.GetByLabel("Token type").SelectOptionAsync("user");
        await page.GetByLabel("Id or address").FillAsync("ada");
        await page.GetByRole(AriaRole.Button, new() { Name = "Look up" }).ClickAsync();
        var reset = page.Locator("#caller").GetByRole(AriaRole.Button, new() { Name = "Reset" }).First;

        await page.RunAndWaitForRequestAsync(() => reset.ClickAsync(), "**/caller/reset");
        await Assertions.Expect(reset).ToBeDisabledAsync();
        await page.RunAndWaitForRequestAsync(() => page.EvaluateAsync("endAll()"), "**/caller?*");
        await Assertions.Expect(page.Locator("#state")).ToHaveTextAsync("The server has not answered for 10 seconds.");
        await Assertions.Expect(reset).ToBeEnabledAsync();

        // The answers to polls say nothing of the act.
        await page.WaitForResponseAsync("**/policies");
        await page.WaitForResponseAsync("**/policies");
        await Assertions.Expect(page.Locator("#state")).ToHaveTextAsync("The server has not answered for 10 seconds.");
        Assert.Empty(complaints);
        await page.CloseAsync();
    }

    [Theory]
    [InlineData(null)]
    [InlineData("**/caller?*id=bob*")]
    [InlineData("**/callers?*")]
    public async Task Act_DuringWhichAnotherCallerIsLookedUp_LeavesWhatIsShownOfThatOne(string? failing)
    {
        await using var host = await OperatedHost.StartAsync();
        await host.SendAsync("ada", times: 20);
        await host.SendAsync("bob", times: 3);
        var released = new TaskCompletionSource();
        var (page, complaints) = await host.OpenPageAsync(chromium, ColorScheme.Light, async page =>
        {
            await page.AddInitScriptAsync("AbortSignal.timeout = () => new AbortController().signal;");
            await page.RouteAsync("**/caller/grant", async route =>
            {
                await released.Task;
                await route.ContinueAsync();
            });
        });
        var (card, permits) = (page.Locator("#caller article").First, page.GetByLabel("Permits to grant under default"));
        var state = page.GetByRole(AriaRole.Status);
        await page.GetByLabel("Token type").SelectOptionAsync("user");
        await page.GetByLabel("Id or address").FillAsync("ada");
        await page.GetByRole(AriaRole.Button, new() { Name = "Look up" }).ClickAsync();
        await card.GetByLabel("Quota to grant permits of under default").SelectOptionAsync("burst");
        await page.RunAndWaitForRequestAsync(() => card.GetByRole(AriaRole.Button, new() { Name = "Grant permits" }).ClickAsync(), "**/caller/grant");
        await page.RouteAsync(failing ?? "**/nothing", route => route.FulfillAsync(new()
        {
            Status = 503,
            ContentType = "application/problem+json",
            Body = """{"detail":"The store does not answer."}""",
        }));
        await page.GetByLabel("Id or address").FillAsync("bob");
        await page.GetByRole(AriaRole.Button, new() { Name = failing is not null && failing.Contains("callers", StringComparison.Ordinal) ? "List" : "Look up" }).ClickAsync();
        if (failing is not null)
        {
            await Assertions.Expect(state).ToHaveTextAsync("The store does not answer.");
            released.SetResult();
            await Assertions.Expect(state).ToHaveTextAsync("Granted 10 of burst: ada, default. The store does not answer.");
        }
        else
        {
            await Assertions.Expect(page.Locator("#caller h3").First).ToHaveTextAsync("bob, default");
            await permits.FillAsync("7");
            released.SetResult();
            await Assertions.Expect(state).ToHaveTextAsync("Granted 10 of burst: ada, default");
            await Assertions.Expect(permits).ToBeFocusedAsync();
            await Assertions.Expect(permits).ToHaveValueAsync("7");
        }

        Assert.DoesNotContain(complaints, complaint => failing is null || !complaint.Contains("503", StringComparison.Ordinal));
        await page.CloseAsync();
    }

    [Fact]
    public async Task Buttons_OfAPlanWithBans_BanForAnHourAndLiftTheBan()
    {
        await using var host = await OperatedHost.StartAsync(limits => limits.Global(policy => policy
            .FixedWindow("hourly", 5, TimeSpan.FromHours(1))
            .Ban(after: 100, within: TimeSpan.FromMinutes(1), lasting: TimeSpan.FromMinutes(1))));
        var (page, complaints) = await host.OpenPageAsync(chromium, ColorScheme.Light);
        await page.GetByLabel("Token type").SelectOptionAsync("user");
        await page.GetByLabel("Id or address").FillAsync("ada");
        await page.GetByRole(AriaRole.Button, new() { Name = "Look up" }).ClickAsync();
        var (card, state) = (page.Locator("#caller article", new() { HasText = "ada, global" }), page.GetByRole(AriaRole.Status));

        await card.GetByRole(AriaRole.Button, new() { Name = "Ban for an hour" }).ClickAsync();
        await Assertions.Expect(state).ToHaveTextAsync("Banned: ada, global");
        await Assertions.Expect(card.GetByText("Banned until")).ToBeVisibleAsync();
        var left = await page.EvaluateAsync<double>(
            $"fetch('{host.Page}/caller?token_type=user&id=ada').then(answer => answer.json())"
                + ".then(({ callers }) => callers.find(caller => caller.policy === 'global').banned_until - Date.now() / 1000)");
        Assert.InRange(left, 3_000, 3_601);

        await card.GetByRole(AriaRole.Button, new() { Name = "Lift the ban" }).ClickAsync();
        await Assertions.Expect(state).ToHaveTextAsync("Ban lifted: ada, global");
        await Assertions.Expect(card.GetByText("Banned until")).ToHaveCountAsync(0);
        await Assertions.Expect(card.GetByRole(AriaRole.Button, new() { Name = "Ban for an hour" })).ToBeVisibleAsync();
        Assert.Empty(complaints);
        await page.CloseAsync();
    }

    [Fact]
    public async Task Caller_WithoutHeaders_IsExplainedAndIdsAreTexts()
    {
        await using var host = await OperatedHost.StartAsync();
        await host.SendAsync(user: null, times: 1);
        await host.SendAsync("<img src=x onerror=alert(1)>", times: 15);
        var (page, complaints) = await host.OpenPageAsync(chromium, ColorScheme.Light);
        await page.GetByLabel("Plan").SelectOptionAsync("default, user");
        await page.GetByRole(AriaRole.Button, new() { Name = "List" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "<img src=x onerror=alert(1)>" }).ClickAsync();
        await Assertions.Expect(page.Locator("#caller h3").First).ToHaveTextAsync("<img src=x onerror=alert(1)>, default");

        await page.GetByLabel("Token type").SelectOptionAsync("anonymous");
        await page.GetByLabel("Id or address").FillAsync("127.0.0.1");
        await page.GetByRole(AriaRole.Button, new() { Name = "Look up" }).ClickAsync();
        await Assertions.Expect(page.Locator("#caller article").First).ToContainTextAsync(
            "Responses carry no rate limit headers: headers are set to Never, for the plan, its policy or all plans. (headers-never)");
        Assert.Empty(complaints);
        await page.CloseAsync();
    }

    [Fact]
    public async Task Row_OfACallerWhoseIdHasALineBreak_OpensThatCaller()
    {
        await using var host = await OperatedHost.StartAsync(limits => limits.Global(policy => policy
            .Principals(who => who.From(static context => context.Request.Query["account"] is [{ } id] ? new("account", id) : null, "account"))
            .FixedWindow("tries", 5, TimeSpan.FromHours(1))));
        await host.SendAsync(user: null, times: 3, "/?account=VIC%0ATIM");
        await host.SendAsync(user: null, times: 2, "/?account=VICTIM");
        var (page, complaints) = await host.OpenPageAsync(chromium, ColorScheme.Light);
        await page.GetByLabel("Plan").SelectOptionAsync("global, account");
        await page.GetByRole(AriaRole.Button, new() { Name = "List" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = @"VIC\u{a}TIM" }).ClickAsync();
        var card = page.Locator("#caller article").First;
        await Assertions.Expect(card.Locator("h3")).ToHaveTextAsync(@"VIC\u{a}TIM, global");
        await Assertions.Expect(card).ToContainTextAsync("3 of 5 used, 2 left");

        await card.GetByRole(AriaRole.Button, new() { Name = "Reset" }).ClickAsync();
        await Assertions.Expect(card).ToContainTextAsync("0 of 5 used, 5 left");
        await Assertions.Expect(page.GetByRole(AriaRole.Status)).ToHaveTextAsync(@"Reset: VIC\u{a}TIM, global");
        await page.GetByLabel("Id or address").FillAsync("VICTIM");
        await page.GetByRole(AriaRole.Button, new() { Name = "Look up" }).ClickAsync();
        await Assertions.Expect(card.Locator("h3")).ToHaveTextAsync("VICTIM, global");
        await Assertions.Expect(card).ToContainTextAsync("2 of 5 used, 3 left");
        Assert.Empty(complaints);
        await page.CloseAsync();
    }

    [Fact]
    public async Task Act_OfACallerWhosePoliciesTakeOtherPrefixes_ShowsTheSameCallersAgain()
    {
        await using var host = await OperatedHost.StartAsync(limits => limits.Global(policy => policy
            .Principals(who => who.FromIpAddress(48)).FixedWindow("wide", 5, TimeSpan.FromHours(1))));
        var (page, complaints) = await host.OpenPageAsync(chromium, ColorScheme.Light);
        await page.GetByLabel("Token type").SelectOptionAsync("anonymous");
        await page.GetByLabel("Id or address").FillAsync("2001:db8:1:5::7");
        await page.GetByRole(AriaRole.Button, new() { Name = "Look up" }).ClickAsync();
        string[] shown = ["2001:db8:1:5::, default", "2001:db8:1:5::, search", "2001:db8:1::, global"];
        await Assertions.Expect(page.Locator("#caller h3")).ToHaveTextAsync(shown);

        await page.Locator("#caller article").Last.GetByRole(AriaRole.Button, new() { Name = "Reset" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Status)).ToHaveTextAsync("Reset: 2001:db8:1::, global");
        await Assertions.Expect(page.Locator("#caller h3")).ToHaveTextAsync(shown);
        Assert.Empty(complaints);
        await page.CloseAsync();
    }
}
