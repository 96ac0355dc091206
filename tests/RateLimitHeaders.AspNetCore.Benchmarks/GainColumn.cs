using System.Globalization;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;

namespace RateLimitHeaders.AspNetCore.Benchmarks;

/// <summary>How much more a load gets done in the same time than the same with one thread: the quotient of the means.</summary>
internal sealed class GainColumn : IColumn
{
    public string Id => nameof(GainColumn);

    public string ColumnName => "Throughput";

    public string Legend => "Acquisitions per second, divided by those of the same method on one thread";

    public bool AlwaysShow => false;

    public ColumnCategory Category => ColumnCategory.Custom;

    public int PriorityInCategory => 0;

    public bool IsNumeric => true;

    public UnitType UnitType => UnitType.Dimensionless;

    public bool IsAvailable(Summary summary) => summary.BenchmarksCases.Any(benchmark => LoadOf(benchmark) is not null);

    public bool IsDefault(Summary summary, BenchmarkCase benchmarkCase) => LoadOf(benchmarkCase) is null;

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase, SummaryStyle style) => GetValue(summary, benchmarkCase);

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase)
    {
        var single = summary.BenchmarksCases.FirstOrDefault(other =>
            other.Descriptor.WorkloadMethod == benchmarkCase.Descriptor.WorkloadMethod
            && LoadOf(other) is { } load
            && load == LoadOf(benchmarkCase)?.OnOneThread());
        return single is not null && MeanOf(summary, single) / MeanOf(summary, benchmarkCase) is { } gain
            ? gain.ToString("0.00x", CultureInfo.InvariantCulture)
            : "-";
    }

    private static Load? LoadOf(BenchmarkCase benchmark) =>
        benchmark.Parameters.Items.FirstOrDefault(parameter => parameter.Name == nameof(AcquisitionBenchmarks.Load))?.Value as Load;

    private static double? MeanOf(Summary summary, BenchmarkCase benchmark) => summary[benchmark]?.ResultStatistics?.Mean;
}
