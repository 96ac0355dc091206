using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace RateLimitHeaders.AspNetCore;

/// <summary>Answers a refused request: 429 (RFC 6585, section 4) or 503, Retry-After, and problem details (RFC 9457).</summary>
internal sealed class RefusalWriter(Func<RateLimitRefusal, ValueTask>? onRefused, ILogger logger)
{
    // Nobody knows when a limiter that failed works again.
    private const long SecondsAfterFailure = 1;

    private readonly Func<RateLimitRefusal, ValueTask>? _onRefused = onRefused;
    private readonly RefusalProblems _problems = new();
    private PlainProblemDetails? _plain;
    private bool _looked;

    public async Task WriteAsync(RequestLimit request)
    {
        var context = request.HttpContext;
        var retryAfter = RetryAfter(request);
        Log.Refused(logger, request.PolicyName, request.Principal?.TokenType ?? "none", retryAfter);
        if (context.Response.HasStarted)
        {
            // What the caller has got says nothing of a refusal; it shall not take it for a whole answer.
            context.Abort();
            return;
        }

        SetFields(request, retryAfter);
        var isWritten = _onRefused is not null
            && await TryAsync(request, retryAfter, static (writer, request, retryAfter) =>
                writer._onRefused!(new RateLimitRefusal(request.HttpContext, request, retryAfter)));
        if (!isWritten && !context.Response.HasStarted)
        {
            SetFields(request, retryAfter);
            context.Response.ContentLength = null;
            await TryAsync(request, retryAfter, static (writer, request, _) => writer.WriteProblemAsync(request));
        }
    }

    /// <summary>Runs what the application has a hand in: if it throws, the request is still refused, not failed.</summary>
    /// <remarks>What is run captures nothing, which saves 200 bytes for each refusal.</remarks>
    private async ValueTask<bool> TryAsync(
        RequestLimit request, TimeSpan? retryAfter, Func<RefusalWriter, RequestLimit, TimeSpan?, ValueTask> write)
    {
        try
        {
            await write(this, request, retryAfter);
            return true;
        }
        catch (OperationCanceledException) when (request.HttpContext.RequestAborted.IsCancellationRequested)
        {
            return true;
        }
#pragma warning disable CA1031 // Whatever a delegate or a writer of problem details throws.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Log.RefusalFailed(logger, exception);
            return false;
        }
    }

    /// <summary>Whole seconds, rounded up: one that waits so long is not too early.</summary>
    private static TimeSpan? RetryAfter(RequestLimit request) => request.Outcome == RequestOutcome.Failed
        ? TimeSpan.FromSeconds(SecondsAfterFailure)
        : request.RetryAfter is { } wait ? TimeSpan.FromSeconds(HeaderFacts.SecondsUp(wait.Ticks + request.Jitter)) : null;

    private static void SetFields(RequestLimit request, TimeSpan? retryAfter)
    {
        var response = request.HttpContext.Response;
        response.StatusCode = IsServersOwn(request) ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status429TooManyRequests;
        response.Headers.CacheControl = "no-store";
        if (retryAfter is { } wait)
        {
            response.Headers.RetryAfter = NumberText.OfRecent((long)wait.TotalSeconds);
        }
    }

    /// <summary>Tells whether what is exhausted is the server's capacity rather than the caller's quota.</summary>
    private static bool IsServersOwn(RequestLimit request)
    {
        foreach (ref readonly var status in request.Statuses)
        {
            if (status.IsViolated && !status.Quota.IsConcurrency)
            {
                return false;
            }
        }

        return request.Outcome == RequestOutcome.Failed || !request.Statuses.IsEmpty;
    }

    private async ValueTask WriteProblemAsync(RequestLimit request)
    {
        var context = request.HttpContext;
        var problem = _problems.Of(IsServersOwn(request), request.Statuses);
        if (context.RequestServices?.GetService<IProblemDetailsService>() is not { } service)
        {
            await problem.OwnBody.TryWriteAsync(context);
        }
        else if (!await TryWriteLearntAsync(context, service, problem))
        {
            // Writes nothing where the caller accepts no JSON: the status and Retry-After say enough.
            await service.TryWriteAsync(new ProblemDetailsContext { HttpContext = context, ProblemDetails = problem.ToDetails() });
        }
    }

    private async ValueTask<bool> TryWriteLearntAsync(HttpContext context, IProblemDetailsService service, RefusalProblem problem)
    {
        if (!_looked)
        {
            _plain = PlainProblemDetails.Find(context.RequestServices, service);
            _looked = true;
        }

        return _plain is { } plain
            && plain.Serves(context, service)
            && await problem.LearntFromAsync(plain) is { } learnt
            && await learnt.TryWriteAsync(context);
    }
}
