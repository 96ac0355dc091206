using System.Buffers;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace RateLimitHeaders.AspNetCore;

/// <summary>Answers a rejected request: 429 (RFC 6585, section 4) or 503, Retry-After, and problem details (RFC 9457).</summary>
/// <param name="onRejected">Writes the body instead of problem details; <see langword="null"/> for them.</param>
/// <param name="log">Logs rejections.</param>
/// <param name="logger">The log of what fails.</param>
internal sealed class RejectionWriter(Func<RateLimitRejection, ValueTask>? onRejected, RejectionLog log, ILogger logger)
{
    // When partitions that failed work again is not known.
    private const long SecondsAfterFailure = 1;

    private readonly RejectionProblems _problems = new();

    /// <summary>Tells the log of what report-only plans would have rejected.</summary>
    public void Spare(LimitedRequest request) => log.Spared(request);

    public async Task WriteAsync(LimitedRequest request)
    {
        var context = request.HttpContext;
        var retryAfter = RetryAfter(request);
        log.Rejected(request, retryAfter);
        request.Snapshot.Checks.OnRejected(context);
        if (context.Response.HasStarted)
        {
            // What the caller has received does not tell of a rejection, and must not look like a complete response.
            context.Abort();
            return;
        }

        SetFields(request, retryAfter);
        if (onRejected is null || !await TryCallAsync(onRejected, request, retryAfter))
        {
            await WriteProblemAsync(request, retryAfter);
        }
    }

    /// <summary>Whole seconds, rounded up: a caller that waits so long is not too early.</summary>
    private static TimeSpan? RetryAfter(LimitedRequest request) => request.Decision.Outcome == RateLimitOutcome.Unavailable
        ? TimeSpan.FromSeconds(SecondsAfterFailure)
        : request.Decision.RetryAfter is { } wait ? TimeSpan.FromSeconds(HeaderFacts.SecondsUp(wait.Ticks + request.Jitter)) : null;

    private static void SetFields(LimitedRequest request, TimeSpan? retryAfter)
    {
        var response = request.HttpContext.Response;
        response.StatusCode = IsServersOwn(request.Decision) ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status429TooManyRequests;
        response.Headers.CacheControl = "no-store";
        if (retryAfter is { } wait)
        {
            response.Headers.RetryAfter = NumberText.OfRecent((long)wait.TotalSeconds);
        }
    }

    /// <summary>Tells whether the server is at fault rather than the caller's quota, its own concurrency quota included.</summary>
    private static bool IsServersOwn(RateLimitDecision decision) => decision.Outcome == RateLimitOutcome.Unavailable;

    /// <summary>Runs the delegate of the application: if it throws, the request is still rejected, not failed.</summary>
    private async ValueTask<bool> TryCallAsync(Func<RateLimitRejection, ValueTask> call, LimitedRequest request, TimeSpan? retryAfter)
    {
        try
        {
            await call(new RateLimitRejection(request.HttpContext, request.FeatureOf(request.HttpContext), retryAfter));
            return true;
        }
#pragma warning disable CA1031 // Whatever the delegate throws.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            return Complain(request, exception);
        }
    }

    private async ValueTask WriteProblemAsync(LimitedRequest request, TimeSpan? retryAfter)
    {
        var context = request.HttpContext;
        if (context.Response.HasStarted)
        {
            return;
        }

        SetFields(request, retryAfter);
        context.Response.ContentLength = null;
        var problem = request.Decision.IsBanned ? RejectionProblem.OfBan : _problems.Of(IsServersOwn(request.Decision), request.Decision.Statuses);
        try
        {
            if (context.RequestServices?.GetService<IProblemDetailsService>() is { } service)
            {
                // Writes nothing where the caller accepts no JSON: the status and Retry-After say enough.
                await service.TryWriteAsync(new ProblemDetailsContext { HttpContext = context, ProblemDetails = problem.ToDetails() });
            }
            else
            {
                context.Response.ContentType = "application/problem+json";
                context.Response.BodyWriter.Write(problem.Body.Span);
                await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
            }
        }
#pragma warning disable CA1031 // Whatever a writer of problem details throws: the request is still rejected, not failed.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Complain(request, exception);
        }
    }

    /// <returns>Whether the caller has hung up, so that there is nothing more to write.</returns>
    private bool Complain(LimitedRequest request, Exception exception)
    {
        if (exception is OperationCanceledException && request.HttpContext.RequestAborted.IsCancellationRequested)
        {
            return true;
        }

        Log.RejectionFailed(logger, exception);
        return false;
    }
}
