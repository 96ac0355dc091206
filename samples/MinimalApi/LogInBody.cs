namespace MinimalApi;

/// <summary>The body of a log-in. Logs of servers and proxies keep paths and queries, and no bodies.</summary>
/// <param name="Password">The password.</param>
public sealed record LogInBody(string? Password);
