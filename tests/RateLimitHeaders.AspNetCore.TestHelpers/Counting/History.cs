using FsCheck;
using FsCheck.Fluent;
using Microsoft.FSharp.Core;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>A random plan and what a caller does under it. A failing one is made smaller and printed.</summary>
/// <param name="Quotas">The plan.</param>
/// <param name="Steps">What the caller does.</param>
/// <param name="Resolution">The ticks that all times are multiples of.</param>
internal sealed record History(RandomQuota[] Quotas, RandomStep[] Steps, long Resolution)
{
    private static string[] Timed { get; } = [RandomQuota.Fixed, RandomQuota.Aligned, RandomQuota.Sliding, RandomQuota.Bucket, RandomQuota.Calendar];

    private int Most => Quotas.Min(quota => quota.LimitIn64ths / 64);

    /// <summary>Checks a property of many histories: the same ones in each run, so that a failure stays one.</summary>
    public static void Check(Gen<History> histories, Action<History> property, int tests = 400)
    {
        var replay = FSharpOption<Replay>.Some(new Replay(new Rnd(20_260_523, 1), FSharpOption<int>.None));
        FsCheck.Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(tests).WithReplay(replay),
            Prop.ForAll(Arb.From(histories, Smaller), property));
    }

    /// <summary>One quota, of one of the algorithms given.</summary>
    public static Gen<History> Of(params string[] algorithms) => Of(new TimeSpan(1), algorithms);

    /// <summary>One quota, of one of the algorithms given, for a clock that tells apart no less than a given time.</summary>
    public static Gen<History> Of(TimeSpan resolution, params string[] algorithms) =>
        from quotas in Gen.ArrayOf(RandomQuota.Of(resolution, algorithms), 1)
        from steps in Gen.ArrayOf(RandomStep.Any, 60)
        select new History(quotas, steps, resolution.Ticks);

    /// <summary>One to three quotas of any algorithm that time refills.</summary>
    public static Gen<History> OfSeveral() => OfSeveral(new TimeSpan(1));

    /// <summary>One to three quotas of any algorithm that time refills, for a clock that tells apart no less than a given time.</summary>
    public static Gen<History> OfSeveral(TimeSpan resolution) =>
        from count in Gen.Choose(1, 3)
        from quotas in Gen.ArrayOf(RandomQuota.Of(resolution, Timed), count)
        from steps in Gen.ArrayOf(RandomStep.Any, 60)
        select new History(quotas, steps, resolution.Ticks);

    /// <summary>One to three quotas of the algorithms given, none of which rounds anything.</summary>
    public static Gen<History> OfWhole(TimeSpan resolution, params string[] algorithms) =>
        from count in Gen.Choose(1, 3)
        from quotas in Gen.ArrayOf(RandomQuota.Whole(resolution, algorithms), count)
        from steps in Gen.ArrayOf(RandomStep.Any, 60)
        select new History(quotas, steps, resolution.Ticks);

    public Quota[] CreateQuotas() => [.. Quotas.Select((quota, i) => quota.Create($"q{i}"))];

    public TimeSpan WaitOf(RandomStep step)
    {
        var part = Quotas[step.InWindowsOf % Quotas.Length].Window * step.In64ths / 64;
        return new(part - (part % Resolution) + (step.Ticks * Resolution));
    }

    /// <summary>From 1 to what every quota can grant.</summary>
    public int CostOf(RandomStep step) => Math.Clamp(step.Size * Most / 64, 1, Most);

    public override string ToString() =>
        string.Join('\n', [.. Quotas.Select(quota => quota.ToString()), .. Steps.Select(step => step.ToString())]);

    private static IEnumerable<History> Smaller(History history)
    {
        for (var size = history.Steps.Length / 2; size >= 1; size /= 2)
        {
            for (var start = 0; start + size <= history.Steps.Length; start += size)
            {
                yield return history with { Steps = [.. history.Steps[..start], .. history.Steps[(start + size)..]] };
            }
        }

        for (var i = 0; history.Quotas.Length > 1 && i < history.Quotas.Length; i++)
        {
            yield return history with { Quotas = [.. history.Quotas[..i], .. history.Quotas[(i + 1)..]] };
        }
    }
}
