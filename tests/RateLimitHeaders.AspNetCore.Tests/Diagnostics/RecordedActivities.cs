using System.Diagnostics;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>Activities of requests, whose tags their responses have in the field <c>Tags</c>.</summary>
internal sealed class RecordedActivities : IDisposable
{
    private readonly ActivitySource _source = new("test");
    private readonly ActivityListener _listener;

    public RecordedActivities()
    {
        _listener = new ActivityListener { ShouldListenTo = source => source == _source, Sample = (ref _) => Sampled };
        ActivitySource.AddActivityListener(_listener);
    }

    /// <summary>Gets or sets how much of the activities is recorded.</summary>
    public ActivitySamplingResult Sampled { get; set; } = ActivitySamplingResult.AllData;

    public void WriteTags(WebApplication app) => WriteTags(app, () => _source.StartActivity("request")!);

    /// <summary>Writes the tags of activities that are started elsewhere.</summary>
    public static void WriteTags(WebApplication app, Func<Activity> start) => app.Use(async (context, next) =>
    {
        using var activity = start();
        context.Response.OnStarting(() =>
        {
            context.Response.Headers["Tags"] = string.Join(' ', activity.TagObjects.Select(tag => $"{tag.Key}={tag.Value}"));
            return Task.CompletedTask;
        });
        await next(context);
    });

    public void Dispose()
    {
        _listener.Dispose();
        _source.Dispose();
    }
}
