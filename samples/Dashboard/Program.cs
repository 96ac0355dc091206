// An API whose metrics fill every panel of grafana.json. ./run.sh starts it with Prometheus and sends it requests.
DashboardApi.MeasuredApi.Build(args).Run();
