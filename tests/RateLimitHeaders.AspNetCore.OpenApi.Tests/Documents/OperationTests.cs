using System.Text.Json.Nodes;
using Microsoft.OpenApi;

namespace RateLimitHeaders.AspNetCore.OpenApi.Tests;

public class OperationTests
{
    [Fact]
    public async Task Operation_OfALimitedEndpoint_HasFieldsAnd429()
    {
        await using var api = await DocumentedApi.StartAsync(limits => limits.FixedWindow("hourly", 60, Hour));
        var operation = await api.OperationAsync();
        operation.AsObject().Remove("tags");

        Assert.Equal(
            """
            {
              "description": "**Rate limits** of policy `default`: `hourly`: 60 requests in a window of 1 hour.",
              "responses": {
                "200": {
                  "description": "OK",
                  "headers": {
                    "X-RateLimit-Limit": {
                      "$ref": "#/components/headers/X-RateLimit-Limit"
                    },
                    "X-RateLimit-Remaining": {
                      "$ref": "#/components/headers/X-RateLimit-Remaining"
                    },
                    "X-RateLimit-Reset": {
                      "$ref": "#/components/headers/X-RateLimit-Reset"
                    }
                  },
                  "content": {
                    "text/plain": {
                      "schema": {
                        "type": "string"
                      }
                    }
                  }
                },
                "429": {
                  "description": "A rate limit is exceeded. Retry-After shows when to repeat the request.",
                  "headers": {
                    "Retry-After": {
                      "$ref": "#/components/headers/Retry-After"
                    },
                    "X-RateLimit-Limit": {
                      "$ref": "#/components/headers/X-RateLimit-Limit"
                    },
                    "X-RateLimit-Remaining": {
                      "$ref": "#/components/headers/X-RateLimit-Remaining"
                    },
                    "X-RateLimit-Reset": {
                      "$ref": "#/components/headers/X-RateLimit-Reset"
                    }
                  },
                  "content": {
                    "application/problem+json": {
                      "schema": {
                        "$ref": "#/components/schemas/RateLimitProblem"
                      }
                    }
                  }
                }
              }
            }
            """,
            operation.AsText());
    }

    [Fact]
    public async Task Components_OfADocument_DescribeFieldsAndProblems()
    {
        await using var api = await DocumentedApi.StartAsync(limits => limits.FixedWindow("hourly", 60, Hour));
        Assert.Equal(
            """
            {
              "schemas": {
                "RateLimitProblem": {
                  "type": "object",
                  "properties": {
                    "type": {
                      "maxLength": 8192,
                      "type": "string",
                      "description": "The kind of the problem, such as `https://iana.org/assignments/http-problem-types#quota-exceeded`.",
                      "format": "uri-reference"
                    },
                    "title": {
                      "maxLength": 8192,
                      "pattern": "^[\\s\\S]*$",
                      "type": "string",
                      "description": "The kind of the problem in words."
                    },
                    "status": {
                      "maximum": 599,
                      "minimum": 100,
                      "type": "integer",
                      "description": "The status of the response.",
                      "format": "int32"
                    },
                    "detail": {
                      "maxLength": 8192,
                      "pattern": "^[\\s\\S]*$",
                      "type": "string",
                      "description": "An explanation of this rejection."
                    },
                    "instance": {
                      "maxLength": 8192,
                      "type": "string",
                      "description": "An identifier of this request.",
                      "format": "uri-reference"
                    },
                    "violated-policies": {
                      "maxItems": 1000,
                      "type": "array",
                      "items": {
                        "maxLength": 8192,
                        "pattern": "^[ -~]+$",
                        "type": "string"
                      },
                      "description": "The names of the quotas that the request would have exceeded."
                    }
                  },
                  "description": "Problem details of a rejected request (RFC 9457)."
                }
              },
              "headers": {
                "Retry-After": {
                  "description": "The seconds to wait before the request is repeated (RFC 9110, section 10.2.3). It is missing if waiting does not help.",
                  "schema": {
                    "maximum": 233740060922,
                    "minimum": 0,
                    "type": "integer",
                    "format": "int64"
                  }
                },
                "X-RateLimit-Limit": {
                  "description": "The limit of the quota that is closest to exhaustion.",
                  "schema": {
                    "maximum": 999999999999999,
                    "minimum": 0,
                    "type": "number",
                    "format": "double"
                  }
                },
                "X-RateLimit-Remaining": {
                  "description": "The permits that are left of the limit.",
                  "schema": {
                    "maximum": 999999999999999,
                    "minimum": 0,
                    "type": "integer",
                    "format": "int64"
                  }
                },
                "X-RateLimit-Reset": {
                  "description": "When to come back, or when the whole limit is available again: seconds since 1970-01-01 UTC.",
                  "schema": {
                    "maximum": 253402300799,
                    "minimum": 0,
                    "type": "integer",
                    "format": "int64"
                  }
                }
              }
            }
            """,
            (await api.DocumentAsync())["components"]!.AsText());
    }

    [Theory]
    [InlineData("/disabled")]
    [InlineData("/configured")]
    [InlineData("/exempt")]
    [InlineData("/report")]
    public async Task Operation_OfAnEndpointThatIsNotLimited_StaysAsItIs(string path)
    {
        await using var api = await DocumentedApi.StartAsync(
            limits => limits
                .FixedWindow("hourly", 60, Hour)
                .AddPolicy("free", policy => policy.ForOthers(plan => plan.Exempt()))
                .AddPolicy("report", policy => policy
                    .ForAnonymous(plan => plan.Exempt())
                    .ForOthers(plan => plan.ReportOnly().FixedWindow("q", 1, Hour)))
                .Headers(headers => headers.XRateLimit().ReportOnly()),
            app =>
            {
                app.MapGet("/disabled", () => "").DisableRateLimiting();
                app.MapGet("/configured", () => "").WithDescription("Its own.");
                app.MapGet("/exempt", () => "").RequireRateLimiting("free");
                app.MapGet("/report", () => "").RequireRateLimiting("report");
            },
            services: services => services.Configure<RateLimitHeadersOptions>(options => options.ExemptEndpoints.Add("/configured")));

        var operation = await api.OperationAsync(path);

        Assert.Equal(path == "/configured" ? "Its own." : null, operation["description"]?.ToString());
        Assert.Equal(("200", "none"), (operation.StatusesOf(), operation.HeadersOf("200")));
        Assert.Null((await api.DocumentAsync())["components"]);
    }

    [Fact]
    public async Task Operation_WithAPolicyOfConfiguration_HasItsLimits()
    {
        await using var api = await DocumentedApi.StartAsync(
            limits => limits
                .AddPolicy("code", policy => policy.FixedWindow("q", 1, Hour))
                .AddPolicy("configured", policy => policy.FixedWindow("q", 2, Hour)),
            app =>
            {
                // One handler, so that the two endpoints differ by their routes alone.
                app.MapGet("/a/{id}", Handle).RequireRateLimiting("code");
                app.MapGet("/b/{id}", Handle).RequireRateLimiting("code");
            },
            services: services => services.Configure<RateLimitHeadersOptions>(options => options.Policies["configured"].Endpoints.Add("GET /b/{id}")));

        Assert.Equal("**Rate limits** of policy `code`: `q`: 1 request in a window of 1 hour.", (await api.OperationAsync("/a/{id}"))["description"]!.ToString());
        Assert.Equal(
            "**Rate limits** of policy `configured`: `q`: 2 requests in a window of 1 hour.", (await api.OperationAsync("/b/{id}"))["description"]!.ToString());

        static string Handle(string id) => id;
    }

    [Fact]
    public async Task Operation_OfAnAction_HasThePolicyOfItsController()
    {
        await using var api = await DocumentedApi.StartAsync(
            limits => limits.AddPolicy("slow", policy => policy.FixedWindow("q", 1, Hour)),
            app => app.MapControllers(),
            services: services => services.AddControllers().AddApplicationPart(typeof(SlowController).Assembly));

        Assert.Equal("200, 404, 429", (await api.OperationAsync("/slow")).StatusesOf());
        Assert.Equal("X-RateLimit-Limit = #, X-RateLimit-Remaining = #, X-RateLimit-Reset = #", (await api.OperationAsync("/slow")).HeadersOf("404"));
        Assert.Equal("200", (await api.OperationAsync("/slow/free")).StatusesOf());
    }

    [Fact]
    public async Task Responses_OfTheApplication_KeepDescriptionAndSchema()
    {
        await using var api = await DocumentedApi.StartAsync(
            limits => limits.FixedWindow("hourly", 60, Hour),
            app =>
            {
                app.MapGet("/own", () => "").WithDescription("Says hello.").Produces<string>(StatusCodes.Status429TooManyRequests, "application/problem+json");
                app.MapGet("/general", () => "").ProducesProblem(StatusCodes.Status429TooManyRequests);
            });

        var own = await api.OperationAsync("/own");
        Assert.Equal("Says hello.\n\n**Rate limits** of policy `default`: `hourly`: 60 requests in a window of 1 hour.", own["description"]!.ToString());
        Assert.Equal(
            ("Too Many Requests", "string", "Retry-After = #, X-RateLimit-Limit = #, X-RateLimit-Remaining = #, X-RateLimit-Reset = #"),
            (own["responses"]!["429"]!["description"]!.ToString(), own["responses"]!["429"]!["content"]!["application/problem+json"]!["schema"]!["type"]!.ToString(), own.HeadersOf("429")));
        Assert.Equal(
            "#/components/schemas/RateLimitProblem",
            (await api.OperationAsync("/general"))["responses"]!["429"]!["content"]!["application/problem+json"]!["schema"]!["$ref"]!.ToString());
    }

    [Fact]
    public async Task Operation_WithAGlobalPolicyBesideItsOwn_DescribesBoth()
    {
        await using var api = await DocumentedApi.StartAsync(
            limits => limits
                .AddPolicy("own", policy => policy.FixedWindow("q", 1, Hour))
                .Global(policy => policy.FixedWindow("all", 9, Hour)),
            app => app.MapGet("/", () => "").RequireRateLimiting("own"));

        Assert.Equal(
            """
            **Rate limits** of policy `own`: `q`: 1 request in a window of 1 hour.

            **Rate limits** of policy `global`: `all`: 9 requests in a window of 1 hour.
            """,
            (await api.OperationAsync())["description"]!.ToString());
    }

    [Fact]
    public async Task Operation_WithAReportOnlyPolicyBesideItsOwn_DescribesItsOwnOnly()
    {
        await using var api = await DocumentedApi.StartAsync(
            limits => limits
                .AddPolicy("own", policy => policy.ForOthers(plan => plan.FixedWindow("q", 1, Hour).WithoutHeaders()))
                .Global(policy => policy.FixedWindow("all", 9, Hour).ReportOnly().Rejection(rejection => rejection.StatusCode = 403))
                .Headers(headers => headers.XRateLimit().ReportOnly()),
            app => app.MapGet("/", () => "").RequireRateLimiting("own"));

        var operation = await api.OperationAsync();
        Assert.Equal(("200, 429", "none", "Retry-After = #"), (operation.StatusesOf(), operation.HeadersOf("200"), operation.HeadersOf("429")));
        Assert.Equal(
            "**Rate limits** of policy `own`: `q`: 1 request in a window of 1 hour. Responses carry no rate limit fields.",
            operation["description"]!.ToString());
    }

    [Fact]
    public void Document_WithoutRegisteredLimits_ThrowsAndNamesTheMissingCall()
    {
        var thrown = Assert.Throws<InvalidOperationException>(() => new OperationDescriber(null, null, null));
        Assert.Equal(
            "The OpenAPI document cannot describe the rate limits, which are not registered; call services.AddRateLimitHeaders(limits => …), "
            + "or services.AddRateLimitHeaders() together with app.UseRateLimitHeaders(limits => …).",
            thrown.Message);
    }

    [Fact]
    public async Task Response_ThatIsAReference_KeepsItsContentAndGetsFields()
    {
        await using var api = await DocumentedApi.StartAsync(
            limits => limits.FixedWindow(60, Hour),
            services: services => services.AddOpenApi("own", options => options.AddOperationTransformer((operation, context, _) =>
            {
                context.Document!.AddComponent("Error", new OpenApiResponse
                {
                    Description = "An error",
                    Extensions = new Dictionary<string, IOpenApiExtension> { ["x-error-codes"] = new JsonNodeExtension("E1") },
                });
                operation.Responses!["400"] = new OpenApiResponseReference("Error", context.Document);
                return Task.CompletedTask;
            }).AddRateLimitHeaders()));

        var document = JsonNode.Parse((await api.SendAsync("/openapi/own.json")).Body)!;
        var response = document["paths"]!["/"]!["get"]!["responses"]!["400"]!;

        Assert.Equal(("An error", "E1"), (response["description"]!.ToString(), response["x-error-codes"]?.ToString()));
        Assert.Equal(
            ["X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset"], response["headers"]!.AsObject().Select(header => header.Key));
        Assert.Equal(
            """
            {
              "description": "An error",
              "x-error-codes": "E1"
            }
            """,
            document["components"]!["responses"]!["Error"]!.AsText());
    }
}
