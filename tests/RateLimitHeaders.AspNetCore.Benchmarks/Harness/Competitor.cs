using System.Net;
using System.Security.Claims;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Features.Authentication;

namespace RateLimitHeaders.AspNetCore.Benchmarks;

/// <summary>
/// A pipeline and the one connection that sends it requests: each finds the context as Kestrel hands it over, reused and as
/// good as new. What that costs is part of every figure, and the same for all; <c>HarnessAlone</c> tells how much it is.
/// </summary>
internal sealed class Competitor : IDisposable
{
    private static readonly IPAddress s_address = IPAddress.Parse("203.0.113.7");

    private readonly ServiceProvider _services;
    private readonly RequestDelegate _pipeline;
    private readonly RequestFeatures _features = new();
    private readonly ResponseFeature _response = new();
    private readonly DefaultHttpContext _context;

    /// <param name="by">The caller, and where the limit is required.</param>
    /// <param name="add">Adds services.</param>
    /// <param name="use">Adds the middleware.</param>
    public Competitor(LimitBy by, Action<IServiceCollection> add, Action<IApplicationBuilder> use)
    {
        // What a web application has anyway; the loggers write nowhere.
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddMetrics();
        add(services);
        _services = services.BuildServiceProvider();

        // As a host does, with the start-up filters around the pipeline of the application.
        Action<IApplicationBuilder> configure = app =>
        {
            use(app);
            app.Run(static _ => Task.CompletedTask);
        };
        foreach (var filter in _services.GetServices<IStartupFilter>().Reverse())
        {
            configure = filter.Configure(configure);
        }

        var app = new ApplicationBuilder(_services);
        configure(app);
        _pipeline = app.Build();

        StartWith(by);
        _context = new DefaultHttpContext(_features) { ServiceScopeFactory = _services.GetRequiredService<IServiceScopeFactory>() };
        _context.Uninitialize();
    }

    /// <summary>Gets or sets the status that every response must have; another one ends the benchmark.</summary>
    public int ExpectedStatus { get; set; } = StatusCodes.Status200OK;

    /// <summary>Gets the fields of the last response.</summary>
    public IHeaderDictionary LastHeaders => _response.Headers;

    /// <summary>Gets how many bytes the last response's body had.</summary>
    public long LastBodyLength => _response.BodyLength;

    /// <summary>Throws where a task is not done: what is measured here never waits.</summary>
    public static void MustBeDone(Task task)
    {
        if (!task.IsCompletedSuccessfully)
        {
            throw new InvalidOperationException("This did not succeed at once.", task.Exception);
        }
    }

    /// <summary>Sends one request through the pipeline, from its first moment to after its last.</summary>
    public int Send()
    {
        _response.Reset();
        _features.Reset();
        _context.Initialize(_features);
        MustBeDone(_pipeline(_context));
        _response.Complete();
        _context.Uninitialize();
        return _response.StatusCode == ExpectedStatus
            ? _response.StatusCode
            : throw new InvalidOperationException($"The status is {_response.StatusCode}.");
    }

    public void Dispose() => _services.Dispose();

    private void StartWith(LimitBy by)
    {
        _features.Start<IHttpRequestFeature>(new HttpRequestFeature { Method = "GET", Path = "/", Protocol = "HTTP/1.1", Scheme = "http" });
        _features.Start<IHttpResponseFeature>(_response);
        _features.Start<IHttpResponseBodyFeature>(_response);
        _features.Start<IHttpRequestLifetimeFeature>(new HttpRequestLifetimeFeature());
        _features.Start<IHttpRequestIdentifierFeature>(new HttpRequestIdentifierFeature { TraceIdentifier = "0HNFAKE:00000001" });
        _features.Start<IHttpConnectionFeature>(new HttpConnectionFeature { RemoteIpAddress = s_address });
        _features.Start<IEndpointFeature>(new EndpointOfRequest(RateLimits.EndpointFor(by)));
        if (by is LimitBy.User or LimitBy.UserAtEndpoint or LimitBy.UserTwice)
        {
            // As authentication leaves it.
            var identity = new ClaimsIdentity([new(ClaimTypes.NameIdentifier, "4711"), new(ClaimTypes.Name, "erika")], "Bearer");
            _features.Start<IHttpAuthenticationFeature>(new HttpAuthenticationFeature { User = new ClaimsPrincipal(identity) });
        }
    }

    private sealed class EndpointOfRequest(Endpoint endpoint) : IEndpointFeature
    {
        public Endpoint? Endpoint { get; set; } = endpoint;
    }
}
