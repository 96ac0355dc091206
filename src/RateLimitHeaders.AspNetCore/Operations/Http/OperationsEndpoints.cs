using System.Globalization;
using System.Security.Claims;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace RateLimitHeaders.AspNetCore;

/// <summary>The operator over HTTP, in JSON.</summary>
internal static class OperationsEndpoints
{
    private static readonly string[] s_nameClaims = [ClaimTypes.NameIdentifier, "sub", "client_id"];

    /// <summary>Returns the policies and plans in force.</summary>
    public static Task PoliciesAsync(HttpContext context)
    {
        var runtime = context.RequestServices.GetRequiredService<RateLimitRuntime>();
        var time = runtime.Current.Definition.TimeProvider;
        var decisions = runtime.WatchDecisions();
        var policies = context.RequestServices.GetRequiredService<IRateLimitCatalog>().Policies.Select(policy =>
        {
            var tally = decisions.Of(policy.Name);
            return new PolicyView(
                policy.Name, policy.Resource, policy.IsOfOwnLimiters, tally.Admitted, tally.Rejected, [.. policy.Plans.Select(PlanView.Of)]);
        });
        return WriteAsync(
            context,
            new PoliciesView(time.GetUtcNow().ToUnixTimeMilliseconds(), decisions.Id, [.. policies]),
            OperationsJsonContext.Default.PoliciesView);
    }

    /// <summary>Lists the callers nearest their limits: <c>?policy=…&amp;token_type=…&amp;count=…&amp;cursor=…</c>.</summary>
    public static Task CallersAsync(HttpContext context) => RunAsync(context, async (operators, snapshot) =>
    {
        var query = new RateLimitCallerQuery(
            OperatorAct.Required("policy", Query(context, "policy")), OperatorAct.Required("token_type", Query(context, "token_type")))
        {
            Cursor = Query(context, "cursor"),
        };
        if (Query(context, "count") is { } count)
        {
            query = int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is >= 1 and <= RateLimitOperator.MostListed
                ? query with { Count = number }
                : throw OperatorAct.Invalid("count", count, $"a whole number from 1 to {RateLimitOperator.MostListed}");
        }

        var page = await operators.ListNearestAsync(query, context.RequestAborted);
        return new CallersView([.. page.Callers.Select(caller => StandingView.Of(caller, snapshot))], page.Cursor);
    });

    /// <summary>Returns the standing of one caller: <c>?token_type=…&amp;id=…&amp;policy=…</c>.</summary>
    public static Task CallerAsync(HttpContext context) => RunAsync(context, (operators, snapshot) => ViewAsync(
        operators.LookAsync(new OperatorAct(Query(context, "token_type"), Query(context, "id"), Query(context, "policy")).ToTarget(), context.RequestAborted),
        snapshot));

    /// <summary>Resets a caller.</summary>
    public static Task ResetAsync(HttpContext context) => ActAsync(context, (operators, act, identity) =>
        operators.ResetAsync(act.ToTarget(), identity, context.RequestAborted));

    /// <summary>Grants permits to a caller.</summary>
    public static Task GrantAsync(HttpContext context) => ActAsync(context, (operators, act, identity) =>
        operators.GrantAsync(act.ToTarget(), act.ToGrant(), identity, context.RequestAborted));

    /// <summary>Bans a caller.</summary>
    public static Task BanAsync(HttpContext context) => ActAsync(context, (operators, act, identity) =>
        operators.BanAsync(act.ToTarget(), act.ToLasting(), identity, context.RequestAborted));

    /// <summary>Lifts the ban of a caller.</summary>
    public static Task LiftBanAsync(HttpContext context) => ActAsync(context, (operators, act, identity) =>
        operators.LiftBanAsync(act.ToTarget(), identity, context.RequestAborted));

    private static Task ActAsync(HttpContext context, Func<IRateLimitOperator, OperatorAct, string, Task<IReadOnlyList<RateLimitStanding>>> act)
    {
        if (CrossSite.Is(context.Request))
        {
            return OperationsProblem.WriteAsync(context, StatusCodes.Status403Forbidden, "Another site has sent this request; only the page itself may.");
        }

        // JSON has no charset (RFC 8259, section 11), and the reader throws if it does not know one.
        var charset = context.Request.GetTypedHeaders().ContentType?.Charset ?? default;
        if (!context.Request.HasJsonContentType() || (charset.HasValue && !charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase)))
        {
            return OperationsProblem.WriteAsync(context, StatusCodes.Status415UnsupportedMediaType, "Send application/json in UTF-8.");
        }

        return RunAsync(context, async (operators, snapshot) =>
        {
            var requested = await context.Request.ReadFromJsonAsync(OperationsJsonContext.Default.OperatorAct, context.RequestAborted)
                ?? throw new JsonException("The body is null.");
            return await ViewAsync(act(operators, requested, NameOf(context.User)), snapshot);
        });
    }

    private static async Task RunAsync(HttpContext context, Func<IRateLimitOperator, RateLimitSnapshot, Task<CallersView>> run)
    {
        try
        {
            var operators = context.RequestServices.GetRequiredService<IRateLimitOperator>();
            var snapshot = context.RequestServices.GetRequiredService<RateLimitRuntime>().Current;
            await WriteAsync(context, await run(operators, snapshot), OperationsJsonContext.Default.CallersView);
        }
        catch (Exception exception) when (OperationsProblem.StatusOf(exception) is { } status)
        {
            await OperationsProblem.WriteAsync(context, status, OperationsProblem.DetailOf(exception));
        }
    }

    /// <summary>Finds the name of an operator for the log.</summary>
    private static string NameOf(ClaimsPrincipal user) =>
        user.Identity?.Name is { Length: > 0 } name ? name
            : s_nameClaims.Select(user.FindFirstValue).FirstOrDefault(value => !string.IsNullOrEmpty(value)) ?? "an operator without a name";

    private static async Task<CallersView> ViewAsync(Task<IReadOnlyList<RateLimitStanding>> standings, RateLimitSnapshot snapshot) =>
        new([.. (await standings).Select(standing => StandingView.Of(standing, snapshot))], Cursor: null);

    internal static Task WriteAsync<T>(HttpContext context, T value, JsonTypeInfo<T> type)
    {
        context.Response.Headers.CacheControl = "no-store";
        return context.Response.WriteAsJsonAsync(value, type, contentType: null, context.RequestAborted);
    }

    private static string? Query(HttpContext context, string name) => context.Request.Query[name].ToString() is { Length: > 0 } value ? value : null;
}
