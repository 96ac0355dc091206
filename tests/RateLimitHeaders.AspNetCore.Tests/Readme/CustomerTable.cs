namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>A table whose rows a test changes.</summary>
internal sealed class CustomerTable : ICustomerTable
{
    public required Dictionary<string, double> Limits { get; set; }

    public bool IsGone { get; set; }

    public int Failures { get; private set; }

    public Task<IReadOnlyDictionary<string, double>> ReadAsync(CancellationToken cancellationToken)
    {
        if (IsGone)
        {
            Failures++;
            throw new TimeoutException("The database does not answer.");
        }

        return Task.FromResult<IReadOnlyDictionary<string, double>>(Limits);
    }
}
