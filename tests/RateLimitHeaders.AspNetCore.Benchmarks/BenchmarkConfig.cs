using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Order;
using BenchmarkDotNet.Reports;
using Perfolizer.Horology;

namespace RateLimitHeaders.AspNetCore.Benchmarks;

/// <summary>Time and bytes of each, in iterations so short that all benchmarks together take minutes, not hours.</summary>
internal static class BenchmarkConfig
{
    private const int LongestParameter = 40;

    /// <param name="withJob">Whether to say how long to measure, which the command line may want to say itself.</param>
    public static IConfig Create(bool withJob)
    {
        var config = DefaultConfig.Instance
            .AddDiagnoser(MemoryDiagnoser.Default)
            .AddColumn(new GainColumn())
            .WithSummaryStyle(SummaryStyle.Default.WithMaxParameterColumnWidth(LongestParameter))
            .WithOrderer(new DefaultOrderer(SummaryOrderPolicy.Declared));
        return withJob ? config.AddJob(CreateJob()) : config;
    }

    private static Job CreateJob() => Job.Default
        .WithWarmupCount(10)
        .WithIterationCount(12)
        .WithIterationTime(TimeInterval.FromMilliseconds(250));
}
