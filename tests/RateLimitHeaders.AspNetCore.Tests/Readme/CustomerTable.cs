namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>A table whose rows a test changes.</summary>
internal sealed class CustomerTable : ICustomerTable
{
    public required Dictionary<string, double> Limits { get; set; }

    public Task<IReadOnlyDictionary<string, double>> ReadAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyDictionary<string, double>>(Limits);
}
