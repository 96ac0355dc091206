namespace RateLimitHeaders.AspNetCore.Tests;

// A page of documentation shows the shortest code that logs.
#pragma warning disable CA1848
internal sealed class CustomerLimits(ICustomerTable table, TimeProvider time, ILogger<CustomerLimits> log) : BackgroundService
{
    private const double WithoutRow = 100;

    private volatile IReadOnlyDictionary<string, double> _limits = new Dictionary<string, double>();

    public double LimitOf(string customer) => _limits.TryGetValue(customer, out var limit) ? limit : WithoutRow;

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        // The first request finds the limits.
        _limits = await table.ReadAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMinutes(1), time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                _limits = await table.ReadAsync(stoppingToken);
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                // The limits that were read before stay. An unhandled exception here would stop the application.
                log.LogError(exception, "The limits of customers cannot be read.");
            }
        }
    }
}
