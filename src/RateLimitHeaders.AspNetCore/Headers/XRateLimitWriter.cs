using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace RateLimitHeaders.AspNetCore;

/// <summary>Writes the <c>X-RateLimit-*</c> family, of the one quota that decides.</summary>
internal sealed class XRateLimitWriter : HeaderWriter
{
    private readonly string? _limit;
    private readonly string? _remaining;
    private readonly string? _reset;
    private readonly string? _used;
    private readonly string? _resource;
    private readonly string? _nearLimit;
    private readonly ResetFormat _resetFormat;

    public XRateLimitWriter(XRateLimitSettings settings)
    {
        (_limit, _remaining, _reset, _used, _resource, _nearLimit, _resetFormat) = settings;
        Names = [.. settings.Names];
    }

    public override IReadOnlyList<string> Names { get; }

    public override void Write(IHeaderDictionary headers, in HeaderFacts facts)
    {
        ref readonly var status = ref facts.DecisiveStatus;
        if (_limit is not null && status.Limit is { } limit)
        {
            headers[_limit] = facts.Texts.Limit(facts.Decisive, limit);
        }

        if (_remaining is not null)
        {
            headers[_remaining] = NumberText.Of(facts.Remaining(status));
        }

        if (_reset is not null && facts.UntilAll(status) is >= 0 and var untilAll)
        {
            headers[_reset] = FormatReset(untilAll, facts);
        }

        // What is left of an unknown limit says nothing about how much of it is used.
        if (_used is not null && status.Limit is { } total)
        {
            headers[_used] = NumberText.Of(Math.Max(0, (long)total - status.Remaining));
        }

        if (_resource is not null)
        {
            headers[_resource] = facts.Request.Policy.Resource;
        }

        if (_nearLimit is not null && status.Limit is not null)
        {
            headers[_nearLimit] = facts.IsNearLimit(status) ? "true" : "false";
        }
    }

    private string FormatReset(long untilAll, in HeaderFacts facts)
    {
        if (_resetFormat == ResetFormat.DeltaSeconds)
        {
            return NumberText.Of(HeaderFacts.SecondsUp(untilAll));
        }

        var instant = facts.WallClock + untilAll;
        return _resetFormat switch
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
