using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using DashboardApi;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>
/// The dashboard of the sample asks for metrics and labels that Prometheus reads from its API under load. The API listens to all
/// hosts of the process, so that no other may run.
/// </summary>
[Collection(Alone.Name)]
public partial class DashboardTests
{
    // Labels that Prometheus adds itself, or that are part of a histogram.
    private static readonly string[] s_labelsOfPrometheus = ["job", "le"];

    [Fact]
    public async Task Panels_QueryExistingMetricsAndLabels()
    {
        var read = await ReadMetricsAsync();
        var expressions = Expressions();
        Assert.Equal(24, expressions.Length);
        foreach (var expression in expressions)
        {
            var name = MetricPattern().Match(expression).Value;
            Assert.True(read.TryGetValue(name, out var labels), $"{name} of {expression} is not among the metrics.");
            Assert.All(LabelsOf(expression).Except(s_labelsOfPrometheus), label => Assert.True(labels.Contains(label), $"{name} has no label {label}."));
        }
    }

    [Fact]
    public async Task Metrics_OfBothMeters_AreAllInThePanels()
    {
        var asked = Expressions().SelectMany(expression => MetricPattern().Matches(expression)).Select(match => Base(match.Value)).Distinct().Order();
        Assert.Equal((await ReadMetricsAsync()).Keys.Where(name => MetricPattern().IsMatch(name)).Select(Base).Distinct().Order(), asked);
    }

    /// <summary>Sends requests of all kinds, and gets the labels of each metric.</summary>
    private static async Task<Dictionary<string, HashSet<string>>> ReadMetricsAsync()
    {
        var time = new ManualTimeProvider();
        await using var app = DashboardHost.Build([], builder =>
        {
            builder.WebHost.UseKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port: 0));
            builder.Services.AddSingleton<TimeProvider>(time);
            builder.Logging.ClearProviders();
        });
        await app.StartAsync();
        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };

        // Partner 1 exceeds its bucket; what is left of an upload is near its limit.
        await SendAsync(client, HttpMethod.Get, "/repositories", times: 25);
        await SendAsync(client, HttpMethod.Post, "/upload", body: 90_000);

        // Of reports at the same time one runs, one waits, and others are rejected; and there are more callers than have partitions.
        await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => SendAsync(client, HttpMethod.Get, "/report")));
        for (var partner = 2; partner < 6; partner++)
        {
            await SendAsync(client, HttpMethod.Get, "/report", partner);
        }

        // A limit that is announced and not enforced, and a caller that goes on until it is banned.
        await SendAsync(client, HttpMethod.Get, "/preview", times: 2);
        await SendAsync(client, HttpMethod.Get, "/search", times: 16);

        await SendAsync(client, HttpMethod.Post, "/store/broken");
        await SendAsync(client, HttpMethod.Get, "/repositories", partner: 2, times: 2);
        time.Advance(TimeSpan.FromMinutes(10));
        var text = await client.GetStringAsync(new Uri("/metrics", UriKind.Relative));
        var metrics = new Dictionary<string, HashSet<string>>(StringComparer.Ordinal);
        foreach (Match sample in SamplePattern().Matches(text))
        {
            if (!metrics.TryGetValue(sample.Groups["name"].Value, out var labels))
            {
                metrics.Add(sample.Groups["name"].Value, labels = []);
            }

            labels.UnionWith(LabelPattern().Matches(sample.Groups["labels"].Value).Select(label => label.Groups["label"].Value));
        }

        return metrics;
    }

    private static async Task SendAsync(HttpClient client, HttpMethod method, string path, int partner = 1, int times = 1, int body = 0)
    {
        for (var i = 0; i < times; i++)
        {
            using var request = new HttpRequestMessage(method, path) { Content = new ByteArrayContent(new byte[body]) };
            request.Headers.Add("X-Api-Key", $"partner-{partner}");
            using var response = await client.SendAsync(request);
            Assert.True(response.StatusCode is HttpStatusCode.OK or HttpStatusCode.TooManyRequests, $"{path}: {response.StatusCode}");
        }
    }

    private static string[] Expressions()
    {
        using var dashboard = JsonDocument.Parse(Pages.Read("samples/Dashboard/grafana.json"));
        return [.. dashboard.RootElement.GetProperty("panels").EnumerateArray()
            .Where(panel => panel.TryGetProperty("targets", out _))
            .SelectMany(panel => panel.GetProperty("targets").EnumerateArray())
            .Select(target => target.GetProperty("expr").GetString()!)];
    }

    private static IEnumerable<string> LabelsOf(string expression) =>
        ByPattern().Matches(expression).SelectMany(by => by.Groups["labels"].Value.Split(", "))
            .Concat(FilterPattern().Matches(expression).Select(filter => filter.Groups["label"].Value));

    /// <summary>Gets the name of a metric without the part of a histogram.</summary>
    private static string Base(string name) => PartPattern().Replace(name, string.Empty);

    [GeneratedRegex("(aspnetcore_rate_limiting|rate_limit_headers)_(?!policy|result)[a-z_]+")]
    private static partial Regex MetricPattern();

    [GeneratedRegex(@"^(?<name>[a-z_]+)\{(?<labels>.*)\} \S+", RegexOptions.Multiline)]
    private static partial Regex SamplePattern();

    [GeneratedRegex("(?<label>[a-z_]+)=\"")]
    private static partial Regex LabelPattern();

    [GeneratedRegex(@"by \((?<labels>[^)]*)\)")]
    private static partial Regex ByPattern();

    [GeneratedRegex("(?<label>[a-z_]+)(=~|!=|=)\"")]
    private static partial Regex FilterPattern();

    [GeneratedRegex("_(bucket|count|sum)$")]
    private static partial Regex PartPattern();
}
