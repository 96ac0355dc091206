using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;

namespace RateLimitHeaders.AspNetCore;

/// <summary>Settles one admitted request: gives back permits that do not count when the response starts, and charges bytes when the request ends.</summary>
/// <remarks>
/// Every request has taken its cost before it runs, so that no more requests run at a time than the quotas admit. Without a
/// response nothing is given back.
/// </remarks>
internal sealed class RequestSettlement
{
    private readonly PlanSettlement _plan;
    private readonly LimitedRequest _request;
    private readonly ByteTally? _response;
    private readonly ByteTally? _read;

    // Content that was buffered before, as for a form that identifies the caller, and whose length is the number of bytes read so far.
    private readonly FileBufferingReadStream? _buffered;
    private long _charged;
    private bool[]? _isExempt;
    private int _isEvaluated;

    public RequestSettlement(PlanSettlement plan, LimitedRequest request)
    {
        _plan = plan;
        _request = request;
        var features = request.HttpContext.Features;

        // The server discards the content that is written in response to HEAD.
        if (plan.CountsResponse
            && !HttpMethods.IsHead(request.HttpContext.Request.Method)
            && features.Get<IHttpResponseBodyFeature>() is { } body)
        {
            features.Set<IHttpResponseBodyFeature>(new TalliedResponseBody(body, _response = new ByteTally()));
        }

        if (plan.CountsRequest && features.Get<IHttpRequestFeature>() is { } content)
        {
            // An endpoint that disposes the content, as StreamReader does, ends only the tally: the number of bytes read is still known afterwards.
            _buffered = content.Body as FileBufferingReadStream;
            content.Body = new TalliedStream(content.Body, _read = new ByteTally());
        }
    }

    /// <summary>Examines the response when it starts, when its status is known and headers can still show what was given back.</summary>
    public ValueTask OnStartingAsync() => _plan.EvaluatesResponse && Interlocked.Exchange(ref _isEvaluated, 1) == 0 ? EvaluateAsync() : default;

    /// <summary>Charges the present bytes, before the server ends the response.</summary>
    public ValueTask ChargeBytesAsync()
    {
        var (response, read) = (_response?.Take() ?? 0, _buffered is null ? _read?.Take() ?? 0 : TakeBuffered(_buffered));
        if (response + read == 0)
        {
            return default;
        }

        var permits = new long[_plan.Count];
        for (var i = 0; i < permits.Length; i++)
        {
            permits[i] = _isExempt?[i] == true ? 0 : Math.Min(PermitCost.Max, _plan.BytesOf(i) switch
            {
                CountedBytes.Response => response,
                CountedBytes.Request => read,
                _ => 0,
            });
        }

        return _request.ChargeAsync(permits);
    }

    /// <summary>Settles the rest when the response is complete: bytes that earlier middleware has written.</summary>
    public async ValueTask CompleteAsync()
    {
        // A response that started too early for this library, or without its knowledge, such as that of an unhandled exception.
        if (ContextFeatures.Response(_request.HttpContext).HasStarted)
        {
            await OnStartingAsync();
        }

        await ChargeBytesAsync();
    }

    private long TakeBuffered(FileBufferingReadStream buffered)
    {
        var read = buffered.CanSeek ? buffered.Length : _charged;
        return read - Interlocked.Exchange(ref _charged, read);
    }

    private async ValueTask EvaluateAsync()
    {
        if (IsGivenUp(_request.HttpContext))
        {
            return;
        }

        var response = _request.HttpContext.Response;
        foreach (var reset in _plan.Resets)
        {
            if (reset.Admits(_request) && Evaluate(reset.When, response, otherwise: false))
            {
                (_isExempt ??= new bool[_plan.Count]).AsSpan(reset.First, reset.Plan.Definition.Quotas.Count).Fill(true);
                await reset.RunAsync(_request);
            }
        }

        // If a plan has cleared everything, this finds nothing more. A partition that others share is not cleared, but gets permits back.
        var refunds = new long[_plan.Count];
        for (var i = 0; i < refunds.Length; i++)
        {
            if (_plan.CountingOf(i) is { } counting && !Evaluate(counting.Counts, response, otherwise: true))
            {
                refunds[i] = -_request.TakenOf(i);
                (_isExempt ??= new bool[_plan.Count])[i] = true;
            }
        }

        if (_isExempt is not null)
        {
            await _request.ChargeAsync(refunds);
        }
    }

    /// <summary>
    /// Returns whether no client gets the response: it has disconnected, and servers still start a response if code
    /// ends the request without an exception. A request timeout has a response.
    /// </summary>
    private static bool IsGivenUp(HttpContext context) =>
        !context.Response.HasStarted && context.RequestAborted.IsCancellationRequested && !ContextFeatures.IsTimedOut(context);

    private bool Evaluate(Func<HttpResponse, bool> predicate, HttpResponse response, bool otherwise)
    {
        try
        {
            return predicate(response);
        }
#pragma warning disable CA1031 // Whatever a function of the application throws: the response counts.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            _request.Plan.LogCountingFailed(exception);
            return otherwise;
        }
    }
}
