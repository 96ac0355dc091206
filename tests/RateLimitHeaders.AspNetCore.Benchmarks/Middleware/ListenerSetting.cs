namespace RateLimitHeaders.AspNetCore.Benchmarks;

/// <summary>What listens to the metrics.</summary>
public enum ListenerSetting
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>A listener to ASP.NET Core's meter that does nothing with what it hears: what measuring costs by itself.</summary>
    StockMeter,

    /// <summary>The same to both meters.</summary>
    BothMeters,

    /// <summary>OpenTelemetry's SDK to both meters: what measuring and adding up cost together.</summary>
    OpenTelemetry,
}
