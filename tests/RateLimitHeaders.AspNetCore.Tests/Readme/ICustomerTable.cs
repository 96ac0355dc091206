namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>The table of a database that an example of the documentation reads.</summary>
internal interface ICustomerTable
{
    Task<IReadOnlyDictionary<string, double>> ReadAsync(CancellationToken cancellationToken);
}
