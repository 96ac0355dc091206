using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;

namespace RateLimitHeaders.AspNetCore;

/// <summary>Settles one admitted request: gives back what does not count as the response starts, and charges bytes as the request ends.</summary>
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

    // Content that was buffered before, as for a form that tells the caller, and whose length is what was read so far.
    private readonly FileBufferingReadStream? _buffered;
    private long _charged;
    private bool[]? _isExempt;
    private int _isAsked;

    public RequestSettlement(PlanSettlement plan, LimitedRequest request)
    {
        _plan = plan;
        _request = request;
        var features = request.HttpContext.Features;

        // The server discards what is written as the content of a HEAD response.
        if (plan.CountsResponse
            && !HttpMethods.IsHead(request.HttpContext.Request.Method)
            && features.Get<IHttpResponseBodyFeature>() is { } body)
        {
            features.Set<IHttpResponseBodyFeature>(new TalliedResponseBody(body, _response = new ByteTally()));
        }

        if (plan.CountsRequest && features.Get<IHttpRequestFeature>() is { } content)
        {
            // An endpoint that disposes the content, as StreamReader does, ends the tally alone: what was read is still known afterwards.
            _buffered = content.Body as FileBufferingReadStream;
            content.Body = new TalliedStream(content.Body, _read = new ByteTally());
        }
    }

    /// <summary>Looks at the response as it starts, when its status is known and headers can still tell what was given back.</summary>
    public ValueTask OnStartingAsync() => _plan.AsksResponse && Interlocked.Exchange(ref _isAsked, 1) == 0 ? AskAsync() : default;

    /// <summary>Charges the bytes that there are, before the server ends the response.</summary>
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

    /// <summary>Settles what is left when the response is complete: what middleware before this one has written.</summary>
    public async ValueTask CompleteAsync()
    {
        // A response that started too early for this library, or without telling it, as that of an unhandled exception.
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

    private async ValueTask AskAsync()
    {
        if (IsGivenUp(_request.HttpContext))
        {
            return;
        }

        var response = _request.HttpContext.Response;
        foreach (var reset in _plan.Resets)
        {
            if (reset.Admits(_request) && Ask(reset.When, response, otherwise: false))
            {
                (_isExempt ??= new bool[_plan.Count]).AsSpan(reset.First, reset.Plan.Definition.Quotas.Count).Fill(true);
                await reset.RunAsync(_request);
            }
        }

        // Where a plan has forgotten all, this finds nothing more. A partition that others share forgets nothing, but gives back.
        var refunds = new long[_plan.Count];
        for (var i = 0; i < refunds.Length; i++)
        {
            if (_plan.CountingOf(i) is { } counting && !Ask(counting.Counts, response, otherwise: true))
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
    /// Tells whether there is no response that a client gets: it has disconnected, and servers start a response all the same where code
    /// ends the request without an exception. A request timeout has a response.
    /// </summary>
    private static bool IsGivenUp(HttpContext context) =>
        !context.Response.HasStarted && context.RequestAborted.IsCancellationRequested && !RequestTimeout.IsOver(context);

    private bool Ask(Func<HttpResponse, bool> ask, HttpResponse response, bool otherwise)
    {
        try
        {
            return ask(response);
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
