using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace RateLimitHeaders.AspNetCore;

/// <summary>Writes the <c>X-RateLimit-*</c> family, of the one quota that decides.</summary>
internal sealed class XRateLimitWriter(XRateLimitSettings settings) : HeaderWriter(settings.RemainingName, settings.AllNames)
{
    protected override void WriteFields(IHeaderDictionary headers, in HeaderContext context)
    {
        ref readonly var status = ref context.DecisiveStatus;
        if (settings.Limit is not null && status.Limit is { } limit)
        {
            headers[settings.Limit] = NumberText.OfRecent(settings.HasWholeLimit ? Math.Floor(limit) : limit);
        }

        if (settings.Remaining is not null)
        {
            headers[settings.Remaining] = NumberText.Of(context.Remaining(status));
        }

        if (settings.Reset is not null && context.UntilReset(status) is >= 0 and var untilReset)
        {
            headers[settings.Reset] = FormatReset(untilReset, context);
        }

        // The permits that are left of an unknown limit do not show how many of it are used.
        if (settings.Used is not null && status.Used is { } used)
        {
            headers[settings.Used] = NumberText.Of(used);
        }

        if (settings.Resource is not null)
        {
            headers[settings.Resource] = context.Request.PartOf(context.Plan.IndexOfShown(context.Decisive)).Policy.Resource;
        }

        if (settings.NearLimit is not null && status.Limit is not null)
        {
            headers[settings.NearLimit] = context.IsNearLimit(status) ? "true" : "false";
        }
    }

    protected override long RemainingOf(in HeaderContext context) => context.Remaining(context.DecisiveStatus);

    private string FormatReset(long untilReset, in HeaderContext context)
    {
        if (settings.ResetFormat == ResetFormat.DeltaSeconds)
        {
            return NumberText.Of(HeaderContext.SecondsUp(untilReset));
        }

        var instant = context.WallClock + untilReset;
        return settings.ResetFormat switch
        {
            ResetFormat.UnixMilliseconds => NumberText.OfRecent(HeaderContext.Up(instant, TimeSpan.TicksPerMillisecond)),
            ResetFormat.Iso8601 => FormatDate(instant, TimeSpan.TicksPerSecond, "yyyy-MM-dd'T'HH:mm:ss'Z'"),
            ResetFormat.Iso8601Minutes => FormatDate(instant, TimeSpan.TicksPerMinute, "yyyy-MM-dd'T'HH:mm'Z'"),
            ResetFormat.HttpDate => FormatDate(instant, TimeSpan.TicksPerSecond, "r"),
            _ => NumberText.OfRecent(HeaderContext.SecondsUp(instant)),
        };
    }

    private static string FormatDate(long instant, long unit, string format) =>
        DateTime.UnixEpoch.AddTicks(HeaderContext.Up(instant, unit) * unit).ToString(format, CultureInfo.InvariantCulture);
}
