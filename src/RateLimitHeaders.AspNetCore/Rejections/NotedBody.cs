using System.IO.Pipelines;
using Microsoft.AspNetCore.Http.Features;

namespace RateLimitHeaders.AspNetCore;

/// <summary>The body of a response while code of the application runs; records whether that code writes one.</summary>
internal sealed class NotedBody : IHttpResponseBodyFeature
{
    private readonly IFeatureCollection _features;
    private readonly IHttpResponseBodyFeature _body;

    private NotedBody(IFeatureCollection features, IHttpResponseBodyFeature body) => (_features, _body) = (features, body);

    /// <summary>Gets a value indicating whether anything was written, or was about to be.</summary>
    public bool IsUsed { get; private set; }

    public Stream Stream => Used().Stream;

    public PipeWriter Writer => Used().Writer;

    /// <summary>Begins to record.</summary>
    public static NotedBody Begin(IFeatureCollection features)
    {
        var noted = new NotedBody(features, features.GetRequiredFeature<IHttpResponseBodyFeature>());
        features.Set<IHttpResponseBodyFeature>(noted);
        return noted;
    }

    /// <summary>Restores the body itself, unless the code has replaced it.</summary>
    public void End()
    {
        if (_features.Get<IHttpResponseBodyFeature>() == this)
        {
            _features.Set(_body);
        }
    }

    public void DisableBuffering() => _body.DisableBuffering();

    public Task StartAsync(CancellationToken cancellationToken = default) => Used().StartAsync(cancellationToken);

    public Task SendFileAsync(string path, long offset, long? count, CancellationToken cancellationToken = default) =>
        Used().SendFileAsync(path, offset, count, cancellationToken);

    public Task CompleteAsync() => Used().CompleteAsync();

    private IHttpResponseBodyFeature Used()
    {
        IsUsed = true;
        return _body;
    }
}
