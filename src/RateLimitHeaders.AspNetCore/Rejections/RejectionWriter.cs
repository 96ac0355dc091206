using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace RateLimitHeaders.AspNetCore;

/// <summary>Answers a rejected request: 429 (RFC 6585, section 4) or 503 (RFC 9110, section 15.6.4), Retry-After, and problem details (RFC 9457).</summary>
/// <param name="log">Logs rejections.</param>
/// <param name="logger">The log of failures.</param>
internal sealed class RejectionWriter(RejectionLog log, ILogger logger)
{
    // It is not known when failed partitions will work again.
    private const long SecondsAfterFailure = 1;

    private readonly RejectionProblems _problems = new();

    /// <summary>Logs rejections that report-only plans would have made.</summary>
    public void LogWouldReject(LimitedRequest request) => log.WouldReject(request);

    /// <summary>Removes the logged callers of plans that are no longer in force, and the texts of earlier rejections.</summary>
    public void Forget(RateLimitDefinition definition)
    {
        log.Forget(definition);
        _problems.Clear();
    }

    /// <summary>Logs a rejection.</summary>
    /// <returns>The time that the caller must wait, in whole seconds; <see langword="null"/> if waiting does not help.</returns>
    public TimeSpan? LogRejection(LimitedRequest request)
    {
        var retryAfter = RetryAfter(request);
        log.Rejected(request, retryAfter);
        return retryAfter;
    }

    public async Task WriteAsync(LimitedRequest request)
    {
        var context = request.HttpContext;
        var retryAfter = LogRejection(request);
        request.Handling.Checks.OnRejected(context);
        if (context.Response.HasStarted)
        {
            // The sent part of the response does not show a rejection, and must not look like a complete response.
            context.Abort();
            return;
        }

        var rejecting = request.Rejecting;
        var answer = rejecting.Policy.Rejection;
        SetFields(request, answer, retryAfter);
        if (answer.OnRejected is null || !await TryCallAsync(answer.OnRejected, request, rejecting, retryAfter))
        {
            await WriteBodyAsync(request, answer);
        }
    }

    /// <summary>Returns whole seconds, rounded up: a caller that waits so long is not too early.</summary>
    private static TimeSpan? RetryAfter(LimitedRequest request) => request.Decision.Outcome == RateLimitOutcome.Unavailable
        ? TimeSpan.FromSeconds(SecondsAfterFailure)
        : request.Decision.RetryAfter is { } wait ? TimeSpan.FromSeconds(HeaderContext.SecondsUp(wait.Ticks + request.Jitter)) : null;

    private static void SetFields(LimitedRequest request, RejectionDefinition answer, TimeSpan? retryAfter)
    {
        var response = request.HttpContext.Response;
        response.StatusCode = IsUndecided(request.Decision) ? StatusCodes.Status503ServiceUnavailable : answer.StatusCode;
        response.Headers.CacheControl = "no-store";
        if (retryAfter is { } wait)
        {
            response.Headers.RetryAfter = NumberText.OfRecent((long)wait.TotalSeconds);
        }

        if (GrpcRejection.IsCall(request.HttpContext.Request))
        {
            GrpcRejection.Write(request.HttpContext, IsServersOwn(response) && !request.Decision.IsBanned, retryAfter);
        }
    }

    /// <summary>Returns whether it is not known whether the request fits.</summary>
    private static bool IsUndecided(RateLimitDecision decision) => decision.Outcome == RateLimitOutcome.Unavailable;

    /// <summary>Returns whether the server's capacity is the cause, and not the caller's quota: in an outage, or because the policy sets it.</summary>
    private static bool IsServersOwn(HttpResponse response) => response.StatusCode == StatusCodes.Status503ServiceUnavailable;

    /// <summary>Runs the delegate of the application: if it throws, the request is still rejected, not failed.</summary>
    /// <returns>Whether it has answered the request.</returns>
    private async ValueTask<bool> TryCallAsync(
        Func<RateLimitRejection, ValueTask> call, LimitedRequest request, LimitedRequest rejecting, TimeSpan? retryAfter)
    {
        var (context, status) = (request.HttpContext, request.HttpContext.Response.StatusCode);
        var body = NotedBody.Begin(context.Features);
        try
        {
            await call(new RateLimitRejection(context, request.FeatureOf(context), retryAfter));

            // A status of its own, such as that of a redirection, is an answer without a body.
            return body.IsUsed || context.Response.HasStarted || context.Response.StatusCode != status;
        }
#pragma warning disable CA1031 // Whatever the delegate throws: the request is still rejected, not failed.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            if (Complain(request, exception) || context.Response.HasStarted)
            {
                return true;
            }

            SetFields(request, rejecting.Policy.Rejection, retryAfter);
            context.Response.ContentLength = null;
            return false;
        }
        finally
        {
            body.End();
        }
    }

    private async ValueTask WriteBodyAsync(LimitedRequest request, RejectionDefinition answer)
    {
        var context = request.HttpContext;
        if (GrpcRejection.IsCall(context.Request))
        {
            return;
        }

        try
        {
            if (answer.Body is { } body && !IsUndecided(request.Decision))
            {
                // Without a body the response has not started, so that a status code page may write one.
                if (body.Count > 0)
                {
                    context.Response.ContentType = answer.ContentType;
                    await WriteAsync(context, body.ToArray());
                }
            }
            else
            {
                await WriteProblemAsync(request);
            }
        }
#pragma warning disable CA1031 // Whatever a writer of problem details throws: the request is still rejected, not failed.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Complain(request, exception);
        }
    }

    private async Task WriteProblemAsync(LimitedRequest request)
    {
        var context = request.HttpContext;
        var problem = request.Decision.IsBanned ? RejectionProblem.OfBan : _problems.Of(IsServersOwn(context.Response), request.Decision.Statuses);
        var service = context.RequestServices?.GetService<IProblemDetailsService>();
        if (service is null && context.Response.StatusCode == problem.Status)
        {
            context.Response.ContentType = "application/problem+json";
            await WriteAsync(context, problem.Body);
            return;
        }

        var details = problem.ToDetails();
        details.Status = context.Response.StatusCode;
        if (service is not null)
        {
            // Writes nothing if the caller accepts no JSON: the status and Retry-After are enough.
            await service.TryWriteAsync(new ProblemDetailsContext { HttpContext = context, ProblemDetails = details });
        }
        else
        {
            context.Response.ContentType = "application/problem+json";
            await WriteAsync(context, JsonSerializer.SerializeToUtf8Bytes(details, RejectionJsonContext.Default.ProblemDetails));
        }
    }

    private static async Task WriteAsync(HttpContext context, ReadOnlyMemory<byte> body)
    {
        context.Response.BodyWriter.Write(body.Span);
        await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
    }

    /// <returns>Whether the client has disconnected, so that there is nothing more to write.</returns>
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
