namespace DashboardApi;

/// <summary>An API whose metrics fill every panel of <c>grafana.json</c>. <c>./run.sh</c> starts it with Prometheus and sends it requests.</summary>
internal static class Program
{
    public static Task Main(string[] args) => DashboardHost.Build(args).RunAsync();
}
