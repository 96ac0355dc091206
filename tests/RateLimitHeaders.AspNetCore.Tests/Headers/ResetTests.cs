namespace RateLimitHeaders.AspNetCore.Tests;

public class ResetTests
{
    [Theory]
    [InlineData(ResetFormat.UnixSeconds, "1779545293")]
    [InlineData(ResetFormat.UnixMilliseconds, "1779545293000")]
    [InlineData(ResetFormat.DeltaSeconds, "60")]
    [InlineData(ResetFormat.Iso8601, "2026-05-23T14:08:13Z")]
    [InlineData(ResetFormat.Iso8601Minutes, "2026-05-23T14:09Z")]
    [InlineData(ResetFormat.HttpDate, "Sat, 23 May 2026 14:08:13 GMT")]
    public async Task Reset_InAFormat_IsTheEndOfTheWindow(ResetFormat format, string expected)
    {
        await using var api = await StartAsync(format);

        Assert.Equal(
            $"""
            200
            X-RateLimit-Limit: 100
            X-RateLimit-Remaining: 99
            X-RateLimit-Reset: {expected}
            Content-Type: text/plain; charset=utf-8

            hello
            """,
            (await api.SendAsync()).Text);
    }

    [Theory]
    [InlineData(ResetFormat.UnixSeconds, "1779545294")]
    [InlineData(ResetFormat.UnixMilliseconds, "1779545293251")]
    [InlineData(ResetFormat.DeltaSeconds, "60")]
    [InlineData(ResetFormat.Iso8601, "2026-05-23T14:08:14Z")]
    [InlineData(ResetFormat.Iso8601Minutes, "2026-05-23T14:09Z")]
    [InlineData(ResetFormat.HttpDate, "Sat, 23 May 2026 14:08:14 GMT")]
    public async Task Reset_EndBetweenTwoUnits_IsRoundedUp(ResetFormat format, string expected)
    {
        // The window ends at 14:08:13.2500001, and 59.1 s of it are left.
        await using var api = await StartAsync(format);
        api.Time.Advance(new TimeSpan(2_500_001));
        await api.SendAsync();
        api.Time.Advance(TimeSpan.FromSeconds(0.9));

        Assert.Equal(expected, (await api.SendAsync())["X-RateLimit-Reset"]);
    }

    [Theory]
    [InlineData(ResetFormat.UnixSeconds, "1779545280")]
    [InlineData(ResetFormat.UnixMilliseconds, "1779545280000")]
    [InlineData(ResetFormat.DeltaSeconds, "47")]
    [InlineData(ResetFormat.Iso8601, "2026-05-23T14:08:00Z")]
    [InlineData(ResetFormat.Iso8601Minutes, "2026-05-23T14:08Z")]
    [InlineData(ResetFormat.HttpDate, "Sat, 23 May 2026 14:08:00 GMT")]
    public async Task Reset_EndOnTheFullMinute_IsNotRounded(ResetFormat format, string expected)
    {
        await using var api = await StartAsync(format, alignToClock: true);

        Assert.Equal(expected, (await api.SendAsync())["X-RateLimit-Reset"]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Reset_ThroughoutOneWindow_IsOneText(int seed)
    {
        var random = new Random(seed);
        await using var api = await StartAsync(ResetFormat.UnixSeconds);
        api.Time.Advance(new TimeSpan(random.NextInt64(TimeSpan.TicksPerSecond)));
        var end = (api.Time.GetUtcNow() + Minute).ToUnixTimeMilliseconds();

        var offsets = Enumerable.Range(0, 40).Select(_ => random.NextInt64(Minute.Ticks)).Append(Minute.Ticks - 1).Prepend(0).Order();
        long before = 0;
        foreach (var offset in offsets)
        {
            api.Time.Advance(new TimeSpan(offset - before));
            before = offset;

            Assert.Equal($"{(end / 1000) + 1}", (await api.SendAsync())["X-RateLimit-Reset"]);
        }
    }

    [Fact]
    public async Task Reset_WallClockJumps_FollowsItWhileDecisionsDoNot()
    {
        await using var api = await TestApi.StartAsync(limits => limits
            .FixedWindow(3, Minute).Headers(headers => headers.XRateLimit().Ietf()));
        var told = new List<string>();

        await SendAsync();
        api.Time.JumpWallClock(TimeSpan.FromHours(2));

        // The wall clock is looked after once a second.
        api.Time.Advance(TimeSpan.FromSeconds(1));
        await SendAsync();
        api.Time.JumpWallClock(TimeSpan.FromHours(-5));
        api.Time.Advance(TimeSpan.FromSeconds(19));
        await SendAsync();
        await SendAsync();
        api.Time.Advance(TimeSpan.FromSeconds(39.9));
        await SendAsync();
        api.Time.Advance(TimeSpan.FromSeconds(0.1));
        await SendAsync();

        // 1779545293 + 7200; that - 18000 ever after; and one minute more in the next window.
        Assert.Equal(
            """
            200 "default";r=2;t=60 1779545293 -
            200 "default";r=1;t=59 1779552493 -
            200 "default";r=0;t=40 1779534493 -
            429 "default";r=0;t=40 1779534493 40
            429 "default";r=0;t=1 1779534493 1
            200 "default";r=2;t=60 1779534553 -
            """,
            string.Join('\n', told));

        async Task SendAsync()
        {
            var response = await api.SendAsync();
            told.Add($"{(int)response.Status} {response["RateLimit"]} {response["X-RateLimit-Reset"]} {response["Retry-After"] ?? "-"}");
        }
    }

    private static Task<TestApi> StartAsync(ResetFormat format, bool alignToClock = false) => TestApi.StartAsync(limits => limits
        .FixedWindow(100, Minute, alignToClock)
        .Headers(headers => headers.XRateLimit(options => options.Reset = format)));
}
