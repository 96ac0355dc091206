namespace RateLimitHeaders.AspNetCore.Clients.Tests;

/// <summary>Runs all clients against all quotas at the same time, once for all tests.</summary>
public sealed class ClientRuns : IAsyncLifetime
{
    public const string Ky = "ky";
    public const string Octokit = "octokit";

    private readonly Dictionary<(string Client, string Quotas), ClientRun> _runs = [];

    public static IReadOnlyList<string> Clients { get; } = [Ky, "got", "axios-retry", "undici", Octokit];

    /// <summary>Gets what ky did about an error of the application that says nothing about its limits.</summary>
    internal ClientRun KyAtError { get; private set; } = null!;

    /// <summary>Gets the same where Reset is set to be on all errors.</summary>
    internal ClientRun KyAtErrorWithReset { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        // A machine so slow that a window is over before its requests are sent rejects none of them. A fault is there each time.
        for (var run = 1; run == 1 || (run <= 3 && _runs.Values.Any(one => one.Retries.Count == 0)); run++)
        {
            _runs.Clear();
            await RunAllAsync();
        }
    }

    public Task DisposeAsync() => Task.CompletedTask;

    internal ClientRun Of(string client, string quotas) => _runs[(client, quotas)];

    private static async Task<ClientRun> RunAsync(string client, FailingHost host)
    {
        var seen = await ClientScripts.RunAsync(client, [new(client, host.Address, Requests: 1)]);
        return new ClientRun(host.Requests.Of(client), [.. seen[client]]);
    }

    private async Task RunAllAsync()
    {
        var hosts = TestedQuotas.All.ToDictionary(quotas => quotas, quotas => new SampleHost(quotas.Change));
        await using var failing = await FailingHost.StartAsync(headers => headers.XRateLimit());
        await using var failingWithReset = await FailingHost.StartAsync(headers => headers.XRateLimit().ResetOnOtherErrors());
        try
        {
            await Task.WhenAll(hosts.Select(host => host.Value.WarmUpAsync(host.Key.Requests)));
            var errors = (KyAtError: RunAsync(Ky, failing), KyAtErrorWithReset: RunAsync(Ky, failingWithReset));
            await Task.WhenAll([.. Clients.Select(client => RunAsync(client, hosts)), errors.KyAtError, errors.KyAtErrorWithReset]);
            KyAtError = await errors.KyAtError;
            KyAtErrorWithReset = await errors.KyAtErrorWithReset;
        }
        finally
        {
            foreach (var host in hosts.Values)
            {
                await host.DisposeAsync();
            }
        }
    }

    private async Task RunAsync(string client, Dictionary<TestedQuotas, SampleHost> hosts)
    {
        var scenarios = hosts.ToDictionary(
            host => host.Key.Name,
            host => new Scenario($"{client}, {host.Key.Name}", host.Value.Search, host.Key.Requests));
        var seen = await ClientScripts.RunAsync(client, scenarios.Values);
        lock (_runs)
        {
            foreach (var (quotas, host) in hosts)
            {
                var caller = scenarios[quotas.Name].Caller;
                _runs.Add((client, quotas.Name), new ClientRun(host.Requests.Of(caller), [.. seen[caller]]));
            }
        }
    }
}
