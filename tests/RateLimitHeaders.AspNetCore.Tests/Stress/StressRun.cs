using System.Globalization;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>How long a stress test goes on, and with which random plans.</summary>
internal static class StressRun
{
    private const string SecondsVariable = "RATELIMITHEADERS_STRESS_SECONDS";
    private const string SeedVariable = "RATELIMITHEADERS_STRESS_SEED";
    private const double DefaultSeconds = 20;

    /// <summary>No round takes so long, by far, unless it hangs.</summary>
    public static readonly TimeSpan Guard = TimeSpan.FromMinutes(1);

    /// <summary>Runs rounds, each with the next seed, until the time is over. At least one, and the last one to its end.</summary>
    /// <param name="share">The share of the time for all stress tests that this one takes.</param>
    /// <param name="round">Runs the plan of one seed.</param>
    /// <returns>How many rounds there were.</returns>
    public static async Task<int> ForAsync(double share, Func<StressPlan, Task> round)
    {
        var seconds = Number(SecondsVariable) ?? DefaultSeconds;
        var first = (int?)Number(SeedVariable) ?? Random.Shared.Next(1_000_000_000);
        var start = TimeProvider.System.GetTimestamp();
        var rounds = 0;
        do
        {
            var plan = StressPlan.Create(first + rounds++);
            try
            {
                await round(plan);
            }
            catch (Exception failure)
            {
                throw new InvalidOperationException(
                    $"{failure.Message}\n{plan}\nRound {rounds}. {SeedVariable}={plan.Seed} begins with this plan; "
                    + "how the threads meet is another each time, so that it may take some rounds.",
                    failure);
            }
        }
        while (TimeProvider.System.GetElapsedTime(start).TotalSeconds < seconds * share);

        return rounds;
    }

    private static double? Number(string variable) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text ? double.Parse(text, CultureInfo.InvariantCulture) : null;
}
