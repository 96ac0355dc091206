using System.Collections.Concurrent;
using System.Net;

namespace RateLimitHeaders.AspNetCore.Redis.Tests;

/// <summary>A caller of several hosts in turn, which notes how often it was admitted.</summary>
/// <param name="address">Its address.</param>
/// <param name="hosts">The hosts.</param>
internal sealed class MovedCaller(string address, TestApi[] hosts)
{
    private readonly ConcurrentQueue<(string Path, HttpStatusCode Status)> _answers = [];
    private int _last;

    /// <summary>Gets or sets its keys, which are in one slot.</summary>
    public string[] Keys { get; set; } = [];

    public int Asked => _answers.Count;

    /// <summary>Gets how many answers are neither 200 nor 429.</summary>
    public int Failed => _answers.Count(answer => answer.Status is not (HttpStatusCode.OK or HttpStatusCode.TooManyRequests));

    public int Admitted(string path) => _answers.Count(answer => answer == (path, HttpStatusCode.OK));

    public async Task AskAsync(string path)
    {
        var host = hosts[(uint)Interlocked.Increment(ref _last) % hosts.Length];
        _answers.Enqueue((path, (await host.SendAsync(path, address: address)).Status));
    }
}
