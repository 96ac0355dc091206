using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace RateLimitHeaders.AspNetCore;

/// <summary>Writes the <c>X-RateLimit-*</c> family, of the one quota that decides.</summary>
internal sealed class XRateLimitWriter(XRateLimitSettings settings) : HeaderWriter
{
    private readonly FieldFamily _family = new(settings.RemainingName, [.. settings.AllNames]);

    public override void Write(IHeaderDictionary headers, in HeaderFacts facts)
    {
        ref readonly var status = ref facts.DecisiveStatus;
        var remaining = facts.Remaining(status);
        if (_family.Stays(headers, facts, remaining))
        {
            return;
        }

        if (settings.Limit is not null && status.Limit is { } limit)
        {
            headers[settings.Limit] = NumberText.OfRecent(settings.HasWholeLimit ? Math.Floor(limit) : limit);
        }

        if (settings.Remaining is not null)
        {
            headers[settings.Remaining] = NumberText.Of(remaining);
        }

        if (settings.Reset is not null && facts.UntilReset(status) is >= 0 and var untilReset)
        {
            headers[settings.Reset] = FormatReset(untilReset, facts);
        }

        // What is left of an unknown limit says nothing about how much of it is used.
        if (settings.Used is not null && status.Used is { } used)
        {
            headers[settings.Used] = NumberText.Of(used);
        }

        if (settings.Resource is not null)
        {
            headers[settings.Resource] = facts.Request.ResourceOf(facts.Plan.PlaceOfShown(facts.Decisive));
        }

        if (settings.NearLimit is not null && status.Limit is not null)
        {
            headers[settings.NearLimit] = facts.IsNearLimit(status) ? "true" : "false";
        }
    }

    private string FormatReset(long untilReset, in HeaderFacts facts)
    {
        if (settings.ResetFormat == ResetFormat.DeltaSeconds)
        {
            return NumberText.Of(HeaderFacts.SecondsUp(untilReset));
        }

        var instant = facts.WallClock + untilReset;
        return settings.ResetFormat switch
        {
            ResetFormat.UnixMilliseconds => NumberText.OfRecent(HeaderFacts.Up(instant, TimeSpan.TicksPerMillisecond)),
            ResetFormat.Iso8601 => FormatDate(instant, TimeSpan.TicksPerSecond, "yyyy-MM-dd'T'HH:mm:ss'Z'"),
            ResetFormat.Iso8601Minutes => FormatDate(instant, TimeSpan.TicksPerMinute, "yyyy-MM-dd'T'HH:mm'Z'"),
            ResetFormat.HttpDate => FormatDate(instant, TimeSpan.TicksPerSecond, "r"),
            _ => NumberText.OfRecent(HeaderFacts.SecondsUp(instant)),
        };
    }

    private static string FormatDate(long instant, long unit, string format) =>
        DateTime.UnixEpoch.AddTicks(HeaderFacts.Up(instant, unit) * unit).ToString(format, CultureInfo.InvariantCulture);
}
