using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using Microsoft.Net.Http.Headers;

namespace RateLimitHeaders.AspNetCore;

/// <summary>Writes the header families when the response starts, or logs why they are left out.</summary>
internal sealed class HeaderEmitter(HeadersDefinition definition, RateLimitClock clock, ILogger logger)
{
    private readonly HeaderWriter[] _writers = HeaderWriter.Create(definition);
    private readonly HeaderWriter[] _reportOnlyWriters = definition.ReportOnly is { } fields ? HeaderWriter.Create(fields) : [];
    private readonly HeadersDefinition _amongOurs = definition with { Existing = ExistingFields.Tighter };
    private readonly long _maxJitter = definition.MaxJitter.Ticks;

    /// <summary>Gets the names of all fields that scripts of other origins may read.</summary>
    public IReadOnlyList<string> ExposedNames { get; } = [.. definition.FieldNames, HeaderNames.RetryAfter];

    /// <summary>Gets the share of a limit below which its caller is near the limit.</summary>
    public double NearLimit => definition.NearLimit;

    /// <summary>Gets a value indicating whether report-only plans have fields.</summary>
    public bool WritesReportOnly => _reportOnlyWriters.Length > 0;

    /// <summary>Returns the ticks that are added to the announced times of a response.</summary>
    public long NextJitter() => _maxJitter == 0 ? 0 : Random.Shared.NextInt64(_maxJitter + 1);

    /// <summary>Writes the headers when the response starts, after outstanding answers of the store that counts.</summary>
    public Task EmitAsync(LimitedRequest request)
    {
        var now = clock.Now;
        var settled = request.SettleAsync();
        if (!settled.IsCompletedSuccessfully || HasRunOut(request.Decision, now))
        {
            return EmitAfterAsync(settled, request);
        }

        Emit(request, now);
        return Task.CompletedTask;
    }

    /// <summary>Shows in the response why it carries no headers, if a developer has enabled that.</summary>
    public void Explain(HttpContext context, NoHeaders? reason)
    {
        if (definition.Explains && reason is not null)
        {
            ExplanationField.WriteLater(context, reason);
        }
    }

    /// <summary>Logs why there are no headers, if that is known before the response starts.</summary>
    public void Withhold(LimitedRequest request)
    {
        if (definition.Explains || logger.IsEnabled(LogLevel.Debug))
        {
            var reason = WhyNone(request);
            Log.HeadersWithheld(logger, request.Policy.Name, request.TokenType, reason?.Words);
            Explain(request.HttpContext, reason);
        }
    }

    /// <summary>Returns why a response carries no headers; <see langword="null"/> if it carries them.</summary>
    public NoHeaders? WhyNone(LimitedRequest request)
    {
        var decision = request.Decision;
        var statuses = request.HasPlan ? request.Plan.ShownOf(decision.Statuses) : decision.Statuses;
        if (statuses.IsEmpty)
        {
            return decision.Statuses.IsEmpty ? NoHeaders.WithoutStatuses(decision.Reason) : NoHeaders.Never;
        }

        return !request.IsReportOnly ? WhyNone(statuses, request.HeadersWhen, request.IsRejected)
            : WritesReportOnly ? WhyNone(statuses, request.Plan.Definition.Headers, decision.Outcome == RateLimitOutcome.Rejected)
            : NoHeaders.ReportOnly;
    }

    /// <summary>Returns why a response with certain statuses would carry no headers; <see langword="null"/> if it would carry them.</summary>
    public NoHeaders? WhyNone(ReadOnlySpan<QuotaStatus> statuses, HeadersWhen when, bool isRejected) => when switch
    {
        HeadersWhen.Never => NoHeaders.Never,
        HeadersWhen.Rejected when !isRejected => NoHeaders.OnRejections,
        HeadersWhen.NearLimit when !isRejected && QuotaStatus.NearestLimit(statuses, definition.NearLimit) < 0 => NoHeaders.NearLimit,
        _ => null,
    };

    private void WithholdNow(LimitedRequest request, NoHeaders reason)
    {
        Log.HeadersWithheld(logger, request.Policy.Name, request.TokenType, reason.Words);
        if (definition.Explains)
        {
            ExplanationField.Write(ContextFeatures.Response(request.HttpContext).Headers, reason);
        }
    }

    private void Emit(LimitedRequest request, long now)
    {
        try
        {
            if (request.FeatureLock is { } feature)
            {
                lock (feature)
                {
                    WriteAll(request, now);
                }
            }
            else
            {
                WriteAll(request, now);
            }
        }
#pragma warning disable CA1031 // An error here would turn the response into a 500.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Log.HeadersFailed(logger, exception);
        }
    }

    private void WriteAll(LimitedRequest request, long now)
    {
        if (WhyNone(request) is { } reason)
        {
            WithholdNow(request, reason);
        }
        else
        {
            Write(request, request.IsReportOnly ? _reportOnlyWriters : _writers, now);
        }

        WriteReportOnlyParts(request, now);
    }

    /// <summary>Writes the fields of report-only plans in addition to those of enforced ones.</summary>
    private void WriteReportOnlyParts(LimitedRequest request, long now)
    {
        if (!WritesReportOnly || request.IsReportOnly)
        {
            return;
        }

        // Whether an earlier report-only plan has written the fields of a family. Existing fields are then not those of a backend.
        Span<bool> areOurs = stackalloc bool[_reportOnlyWriters.Length];
        foreach (var part in request.Parts)
        {
            if (part.IsReportOnly && !part.Decision.Statuses.IsEmpty && WhyNone(part) is null)
            {
                Write(part, _reportOnlyWriters, now, areOurs);
            }
        }
    }

    /// <summary>Returns the values of a response that all families write.</summary>
    public HeaderContext ContextOf(LimitedRequest request, IHttpResponseFeature response) => ContextOf(request, response, clock.Now);

    private HeaderContext ContextOf(LimitedRequest request, IHttpResponseFeature response, long now)
    {
        var decision = request.Decision;
        var elapsed = Math.Max(0, now - decision.TakenAt);
        var statuses = request.Plan.ShownOf(decision.Statuses);
        return new HeaderContext
        {
            Statuses = statuses,
            Decisive = HeaderContext.ClosestOf(request, statuses),
            Elapsed = elapsed,
            WallClock = decision.StoreTime is { } storeTime ? RateLimitClock.UnixTicks(storeTime) + elapsed : now + clock.WallClockShift(now),
            Request = request,
            Settings = definition,
            HasReset = definition.ResetOnOtherErrors || request.IsRejected || !IsErrorToRepeat(response),
            IsBackendsRejection = !request.IsRejected
                && response.StatusCode is StatusCodes.Status429TooManyRequests or StatusCodes.Status503ServiceUnavailable,
        };
    }

    private void Write(LimitedRequest request, HeaderWriter[] writers, long now, Span<bool> areOurs = default)
    {
        var decision = request.Decision;
        var response = ContextFeatures.Response(request.HttpContext);
        var context = ContextOf(request, response, now);
        var headers = response.Headers;
        for (var i = 0; i < writers.Length; i++)
        {
            if (areOurs.IsEmpty)
            {
                writers[i].Write(headers, context);
            }
            else
            {
                areOurs[i] |= writers[i].Write(headers, areOurs[i] ? context with { Settings = _amongOurs, IsBackendsRejection = false } : context);
            }
        }

        if (definition.MarkPrivate)
        {
            CacheControl.MakePrivate(headers);
        }

        if (definition.ReasonField is { } reason && request.IsRejected && request.Plan.ShownIndexOf(decision.LongestWait) >= 0)
        {
            headers[reason] = request.Plan.ReasonOf(decision.LongestWait) ?? decision.Statuses[decision.LongestWait].Name;
        }
    }

    /// <summary>Returns whether clients would wait for Reset before they repeat the request, although no limit is the reason.</summary>
    private static bool IsErrorToRepeat(IHttpResponseFeature response) =>
        response.StatusCode is StatusCodes.Status413PayloadTooLarge or StatusCodes.Status429TooManyRequests or StatusCodes.Status503ServiceUnavailable
        && response.Headers.RetryAfter.Count == 0;

    private async Task EmitAfterAsync(Task settled, LimitedRequest request)
    {
        await settled;
        if (HasRunOut(request.Decision, clock.Now))
        {
            // Without permits, an adjustment reads the caller's present statuses.
            await request.ChargeAsync(AdjustedPermits.Of(request.Plan, null, 0));
        }

        Emit(request, clock.Now);
    }

    // The endpoint took longer than the window, so what was left at its beginning is outdated. A bucket of which little was taken is full
    // soon, and has no window that ends: a second look is worth a call of the store only after the time in which all of it fills.
    private static bool HasRunOut(RateLimitDecision decision, long now)
    {
        var elapsed = now - decision.TakenAt;
        foreach (ref readonly var status in decision.Statuses)
        {
            if (status.UntilAllTicks > 0
                && status.UntilAllTicks <= elapsed
                && !(status.Quota is { IsRefilled: true, Window: { } fills } && elapsed < fills.Ticks))
            {
                return true;
            }
        }

        return false;
    }
}
