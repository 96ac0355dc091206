#:sdk Aspire.AppHost.Sdk@13.6.4
#:package Aspire.Hosting.AppHost
#:package Nerdbank.MessagePack
#:package Polly.Core
#:property CentralPackageTransitivePinningEnabled=false
#:property PublishAot=false
#:property NoWarn=$(NoWarn);ASPIRE004;ASPIRE010

// The same for Aspire: a Redis, and two instances of the API behind one address. Where containers run, AddRedis("Redis") of the
// package Aspire.Hosting.Redis and WithReference are the first and the last lines instead; here a redis-server is enough.

using Microsoft.Extensions.Configuration;

var builder = DistributedApplication.CreateBuilder(new DistributedApplicationOptions { Args = args, DisableDashboard = true });

var redis = builder.AddExecutable("redis", Environment.GetEnvironmentVariable("RATELIMITHEADERS_REDIS_SERVER") ?? "redis-server", ".", "--bind", "127.0.0.1", "--save", "")
    .WithEndpoint(scheme: "tcp", name: "tcp");
var endpoint = redis.GetEndpoint("tcp");
redis.WithArgs("--port", endpoint.Property(EndpointProperty.TargetPort));

builder.AddProject("api", "../DistributedApi.csproj")
    .WithHttpEndpoint(port: builder.Configuration.GetValue("Port", 5090))
    .WithReplicas(2)
    .WithEnvironment("ConnectionStrings__Redis", ReferenceExpression.Create($"{endpoint.Property(EndpointProperty.HostAndPort)}"))
    .WaitFor(redis);

builder.Build().Run();
