using System.Net;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>The concurrency quota of a caller is its own: 429.</summary>
public class CapacityTests
{
    [Fact]
    public async Task Concurrency_AllSlotsHeld_Is429UntilOneIsFree()
    {
        var gate = new Gate();
        await using var api = await StartAsync(gate, limits => limits
            .Concurrency("slots", 1).Headers(headers => headers.XRateLimit().Ietf()));
        var held = api.SendAsync("/waits");
        await gate.Entered;

        Assert.Equal(
            """
            429
            Cache-Control: no-store
            Retry-After: 1
            X-RateLimit-Limit: 1
            X-RateLimit-Remaining: 0
            X-RateLimit-Reset: 1779545234
            RateLimit: "slots";r=0
            RateLimit-Policy: "slots";q=1;qu="concurrent-requests"
            Content-Type: application/problem+json

            {"type":"https://iana.org/assignments/http-problem-types#quota-exceeded","title":"Request cannot be satisfied as assigned quota has been exceeded","status":429,"violated-policies":["slots"]}
            """,
            (await api.SendAsync()).Text);

        gate.Open();
        Assert.Equal(HttpStatusCode.OK, (await held).Status);
        Assert.Equal(HttpStatusCode.OK, (await api.SendAsync()).Status);
    }

    [Fact]
    public async Task Concurrency_CallersQuotaIsExhaustedToo_Is429()
    {
        var gate = new Gate();
        await using var api = await StartAsync(gate, limits => limits
            .Concurrency("slots", 1).FixedWindow("minute", 1, TimeSpan.FromMinutes(1)));
        var held = api.SendAsync("/waits");
        await gate.Entered;

        Assert.Equal(
            """
            429
            Cache-Control: no-store
            Retry-After: 60
            X-RateLimit-Limit: 1
            X-RateLimit-Remaining: 0
            X-RateLimit-Reset: 1779545293
            Content-Type: application/problem+json

            {"type":"https://iana.org/assignments/http-problem-types#quota-exceeded","title":"Request cannot be satisfied as assigned quota has been exceeded","status":429,"violated-policies":["slots","minute"]}
            """,
            (await api.SendAsync()).Text);

        gate.Open();
        await held;
    }

    [Fact]
    public async Task Concurrency_RejectedForIt_ChargesNoOtherQuota()
    {
        var gate = new Gate();
        await using var api = await StartAsync(gate, limits => limits
            .Concurrency("slots", 1).FixedWindow("minute", 5, TimeSpan.FromMinutes(1)).Headers(headers => headers.Ietf()));
        var held = api.SendAsync("/waits");
        await gate.Entered;

        var rejected = await api.SendAsync();
        gate.Open();
        await held;

        Assert.Equal("429 \"slots\";r=0, \"minute\";r=4;t=60", $"{(int)rejected.Status} {rejected["RateLimit"]}");
        Assert.Equal("\"slots\";r=0, \"minute\";r=3;t=60", (await api.SendAsync())["RateLimit"]);
    }

    private static Task<TestApi> StartAsync(Gate gate, Action<RateLimitsBuilder> limits) => TestApi.StartAsync(limits, web =>
    {
        web.MapGet("/", () => "hello");
        web.MapGet("/waits", gate.PassAsync);
    });

    /// <summary>Holds a request in its endpoint.</summary>
    private sealed class Gate
    {
        private readonly TaskCompletionSource _entered = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Entered => _entered.Task;

        public void Open() => _open.SetResult();

        public Task PassAsync()
        {
            _entered.SetResult();
            return _open.Task;
        }
    }
}
