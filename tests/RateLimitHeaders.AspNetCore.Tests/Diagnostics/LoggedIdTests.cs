using System.Reflection;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>No event carries the id of a caller but those of operators. Rejections carry a hash of it on demand.</summary>
public class LoggedIdTests
{
    private const string Id = "Zq-ada";
    private const string Address = "203.0.113.7";

    [Fact]
    public void Events_WithACaller_AreThoseOfRejectionsAndOperators() => Assert.Equal(
        ["Rejected", "OperatorReset", "OperatorGranted", "OperatorBanned", "OperatorLiftedBan", "WouldReject"],
        from method in typeof(Log).GetMethods(BindingFlags.Public | BindingFlags.Static)
        let message = method.GetCustomAttribute<LoggerMessageAttribute>()!
        where message.Message.Contains("{Caller}", StringComparison.Ordinal) || message.Message.Contains("{Id}", StringComparison.Ordinal)
            || method.GetParameters().Any(parameter => parameter.ParameterType == typeof(RateLimitPrincipal))
        orderby message.EventId
        select method.Name);

    [Fact]
    public async Task Requests_OfEachKind_AreLoggedWithoutTheIdsOfTheirCallers()
    {
        using var store = new ScriptedStore();
        await using var api = await TestApi.StartAsync(
            limits => limits
                .MaxPartitions(1)
                .Principals(who => who
                    .From(context => context.Request.Path == "/fails" ? throw new InvalidOperationException("no") : null, "key")
                    .FromClaim("sub", "user"))
                .AddPolicy("trial", policy => policy.ReportOnly().FixedWindow("minute", 1, Minute))
                .AddPolicy("limit", policy => policy.FixedWindow("minute", _ => double.NaN, Minute))
                .DefaultPolicy(policy => policy.FixedWindow("minute", 1, Minute).Ban(1, Minute, Minute)),
            web =>
            {
                web.MapGet("/", () => "hello");
                web.MapGet("/fails", () => "hello");
                web.MapGet("/trial", () => "hello").RequireRateLimiting("trial");
                web.MapGet("/limit", () => "hello").RequireRateLimiting("limit");
            },
            services => services.AddRateLimitHeaders().AddStore(store));
        await SendAllAsync();
        store.Answer = ScriptedStore.Throw(new RateLimitStoreException(StoreFailureKind.Connection, "it is gone"));
        api.Time.Advance(2 * Minute);
        await SendAllAsync();

        int[] expected =
        [
            EventIds.PrincipalFailed, EventIds.LimitInvalid, EventIds.Rejected, EventIds.WouldReject, EventIds.Banned, EventIds.PartitionsExhausted,
            EventIds.StoreUnavailable,
        ];
        Assert.Empty(expected.Except(api.Log.Entries.Select(entry => entry.Id)));
        Assert.DoesNotContain(
            api.Log.Entries,
            entry => entry.Message.Contains(Id, StringComparison.Ordinal) || entry.Message.Contains(Address, StringComparison.Ordinal));

        async Task SendAllAsync()
        {
            foreach (var path in new[] { "/", "/", "/", "/trial", "/trial", "/limit", "/fails", "/fails" })
            {
                await api.SendAsync(path, claims: [$"sub={Id}"], address: Address);
                await api.SendAsync(path, claims: [$"sub={Id} that finds no room"], address: Address);
                await api.SendAsync(path, address: Address);
            }
        }
    }
}
