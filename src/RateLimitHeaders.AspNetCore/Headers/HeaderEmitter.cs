using Microsoft.Extensions.Logging;

namespace RateLimitHeaders.AspNetCore;

/// <summary>Writes the header families as the response starts, or says why it does not.</summary>
internal sealed class HeaderEmitter(HeadersBuilder settings, RateLimitClock clock, ILogger logger)
{
    private readonly HeaderWriter[] _writers = [.. settings.Build()];
    private readonly double _nearLimit = settings.NearLimitShare;
    private readonly double _advertisedRate = settings.AdvertisedRate;
    private readonly long _maxJitter = settings.MaxJitter.Ticks;

    /// <summary>Gets by how many ticks a response tells its times later.</summary>
    public long NextJitter() => _maxJitter == 0 ? 0 : Random.Shared.NextInt64(_maxJitter + 1);

    /// <summary>Writes the headers as the response starts, after what the store that counts has still to tell.</summary>
    public Task EmitAsync(RequestLimit request)
    {
        var now = clock.Now;
        var settled = request.SettleAsync();
        if (!settled.IsCompletedSuccessfully || HasRunOut(request, now))
        {
            return EmitAfterAsync(settled, request);
        }

        Emit(request, now);
        return Task.CompletedTask;
    }

    /// <summary>Says why there are no headers, where that is known before the response starts.</summary>
    public void Withhold(RequestLimit request)
    {
        if (logger.IsEnabled(LogLevel.Debug))
        {
            Log.HeadersWithheld(logger, request.PolicyName, request.Principal?.TokenType ?? "none", WhyNone(request));
        }
    }

    /// <summary>Tells why a response carries no headers; <see langword="null"/> if it does.</summary>
    public string? WhyNone(RequestLimit request)
    {
        if (request.Outcome == RequestOutcome.Failed)
        {
            return "the limiter of the policy failed, so that nothing is known.";
        }

        if (request.WhyNoStatuses is { } unknown)
        {
            return unknown;
        }

        return request.HeadersWhen switch
        {
            HeadersWhen.Never => "its plan, or Headers for all plans, has them never.",
            HeadersWhen.Refused when !request.IsRefused => "its plan, or Headers for all plans, has them on refusals only.",
            HeadersWhen.NearLimit when !request.IsRefused && !IsNearLimit(request.Statuses) => "its plan, or Headers for all plans, has them near the limit only.",
            _ => null,
        };
    }

    private void Emit(RequestLimit request, long now)
    {
        try
        {
            if (WhyNone(request) is null)
            {
                Write(request, now);
            }
            else
            {
                Withhold(request);
            }
        }
#pragma warning disable CA1031 // An error here would turn the response into a 500.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Log.HeadersFailed(logger, exception);
        }
    }

    private void Write(RequestLimit request, long now)
    {
        var facts = new HeaderFacts
        {
            Statuses = request.Statuses,
            Decisive = Decisive(request),
            Elapsed = request.Age(now),
            Now = now,
            Clock = clock,
            Request = request,
            AdvertisedRate = _advertisedRate,
            NearLimit = _nearLimit,
        };

        var headers = ContextFeatures.Response(request.HttpContext).Headers;
        foreach (var writer in _writers)
        {
            writer.Write(headers, facts);
        }
    }

    private async Task EmitAfterAsync(Task settled, RequestLimit request)
    {
        try
        {
            await settled;
            if (HasRunOut(request, clock.Now))
            {
                await request.RefreshAsync();
            }
        }
#pragma warning disable CA1031 // What is known is told all the same, and the response is no 500.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Log.StoreFailed(logger, request.PolicyName, exception);
        }

        Emit(request, clock.Now);
    }

    // The endpoint took longer than the window: what was left then is no more true than the window.
    private static bool HasRunOut(RequestLimit request, long now)
    {
        var elapsed = request.Age(now);
        foreach (ref readonly var status in request.Statuses)
        {
            if (status.UntilAllTicks > 0 && status.UntilAllTicks <= elapsed)
            {
                return true;
            }
        }

        return false;
    }

    private bool IsNearLimit(ReadOnlySpan<QuotaStatus> statuses)
    {
        foreach (ref readonly var status in statuses)
        {
            if (status.RemainingShare < _nearLimit)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>
    /// Finds the quota closest to exhaustion: of which the least share is left, or else the least; of a refusal, the
    /// violated one with the longest wait.
    /// </summary>
    private static int Decisive(RequestLimit request)
    {
        if (request.IsRefused && request.LongestWait >= 0)
        {
            return request.LongestWait;
        }

        var statuses = request.Statuses;
        var decisive = 0;
        for (var i = 1; i < statuses.Length; i++)
        {
            if (IsCloser(statuses[i], statuses[decisive]))
            {
                decisive = i;
            }
        }

        return decisive;
    }

    private static bool IsCloser(in QuotaStatus status, in QuotaStatus other)
    {
        // A limiter of somebody else's may tell of a refusal which quotas are violated.
        if (status.IsViolated != other.IsViolated)
        {
            return status.IsViolated;
        }

        var (share, otherShare) = (status.RemainingShare, other.RemainingShare);
        return share != otherShare ? share < otherShare
            : status.Remaining != other.Remaining ? status.Remaining < other.Remaining
            : status.UntilMoreTicks > other.UntilMoreTicks;
    }
}
