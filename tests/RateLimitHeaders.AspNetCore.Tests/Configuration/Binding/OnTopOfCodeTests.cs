namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>What configuration says decides over what code says, which keeps the rest.</summary>
public class OnTopOfCodeTests
{
    [Fact]
    public void OneNumber_OfConfiguration_LeavesTheRestOfTheQuota()
    {
        var options = Configured.Read(
            """{ "Policies": { "api": { "Plans": { "user": { "Quotas": { "q": { "PermitLimit": 7 } } } } } } }""",
            limits => limits.AddPolicy("api", policy => policy.For("user", plan => plan.SlidingWindow("q", 5, Minute, segments: 6)).ForAnonymous(Plan)));

        Assert.Equal(
            Definitions.Of(limits => limits.AddPolicy("api", policy => policy.For("user", plan => plan.SlidingWindow("q", 7, Minute, segments: 6)).ForAnonymous(Plan))),
            Definitions.Of(options));
        Assert.Equal(["Policies:api:Plans:user:Quotas:q:PermitLimit"], options.Findings.Overridden);

        static void Plan(PlanBuilder plan) => plan.FixedWindow("q", 1, Minute);
    }

    [Fact]
    public void NamesOfCode_InAnotherCase_AreTheSameNames()
    {
        var options = Configured.Read(
            """{ "Policies": { "API": { "Quotas": { "HOURLY": { "PermitLimit": 7 } } } } }""",
            limits => limits.AddPolicy("api", policy => policy.FixedWindow("hourly", 5, Minute)));

        Assert.Equal(["api"], options.Policies.Keys);
        Assert.Equal([new("hourly", 7)], options.Policies["api"].Quotas.Select(quota => KeyValuePair.Create(quota.Key, quota.Value.PermitLimit)));
        Assert.Equal(["Policies:api:Quotas:hourly:PermitLimit"], options.Findings.Overridden);
    }

    [Fact]
    public void Functions_OfCode_GiveWayToNumbers()
    {
        var options = Configured.Read(
            """{ "Policies": { "api": { "Cost": 2, "Costs": { "a": 3 }, "Quotas": { "a": { "PermitLimit": 7 }, "b": { "Rate": "8/1h" } } } } }""",
            limits => limits.AddPolicy("api", policy => policy
                .FixedWindow("a", _ => 1, Minute).FixedWindow("b", _ => 1, Minute).Cost(_ => 1).Cost("a", _ => 1)));

        Assert.Equal(
            Definitions.Of(limits => limits.AddPolicy("api", policy => policy
                .FixedWindow("a", 7, Minute).FixedWindow("b", 8, TimeSpan.FromHours(1)).Cost(2).Cost("a", 3))),
            Definitions.Of(options));
        Assert.Equal(
            ["Policies:api:Cost", "Policies:api:Costs:a", "Policies:api:Quotas:a:PermitLimit", "Policies:api:Quotas:b:Rate"],
            options.Findings.Overridden);
    }

    [Fact]
    public void Rate_OfConfiguration_ReplacesTheRefillOfCode() => Assert.Equal(
        Definitions.Of(limits => limits.TokenBucket("q", 10, Minute)),
        Configured.Define("""{ "Quotas": { "q": { "Rate": "10/1m" } } }""", limits => limits.TokenBucket("q", 5, 0.5)));

    [Fact]
    public void Window_OfConfiguration_ReplacesTheRefillOfCode() => Assert.Equal(
        Definitions.Of(limits => limits.TokenBucket("q", 5, Minute)),
        Configured.Define("""{ "Quotas": { "q": { "Window": "1m" } } }""", limits => limits.TokenBucket("q", 5, 0.5)));

    [Fact]
    public void Refill_OfConfiguration_ReplacesTheWindowOfCode() => Assert.Equal(
        Definitions.Of(limits => limits.TokenBucket("q", 5, 0.5)),
        Configured.Define("""{ "Quotas": { "q": { "RefillPerSecond": 0.5 } } }""", limits => limits.TokenBucket("q", 5, Minute)));

    [Theory]
    [InlineData("month", "Window", "\"1h\"")]
    [InlineData("refill", "Window", "\"1h\"")]
    [InlineData("bucket", "RefillPerSecond", "2")]
    public void Window_OfAnotherForm_OverridesThatOfCode(string quota, string setting, string value)
    {
        static void Code(RateLimitsBuilder limits) => limits
            .CalendarWindow("month", 5, CalendarPeriod.Month).TokenBucket("refill", 5, 0.5).TokenBucket("bucket", 5, Minute);

        var options = Configured.Read($$"""{ "Quotas": { "{{quota}}": { "{{setting}}": {{value}} } } }""", Code);

        Assert.Equal([$"Quotas:{quota}:{setting}"], options.Findings.Overridden);
    }

    [Fact]
    public void Window_OfANewQuota_OverridesNothing() =>
        Assert.Empty(Configured.Read("""{ "Quotas": { "q": { "PermitLimit": 5, "Window": "1h" } } }""").Findings.Overridden);

    /// <summary>What an earlier section has given in another form is not code's.</summary>
    [Theory]
    [InlineData("""{ "Algorithm": "TokenBucket", "PermitLimit": 20, "RefillPerSecond": 10 }""", """{ "Window": "4s" }""")]
    [InlineData("""{ "Algorithm": "TokenBucket", "PermitLimit": 20, "RefillPerSecond": 10 }""", """{ "Rate": "30/4s" }""")]
    [InlineData("""{ "Algorithm": "TokenBucket", "PermitLimit": 20, "Window": "4s" }""", """{ "RefillPerSecond": 10 }""")]
    [InlineData("""{ "Algorithm": "TokenBucket", "Rate": "20/4s" }""", """{ "RefillPerSecond": 10 }""")]
    [InlineData("""{ "Rate": "20/4s" }""", """{ "PermitLimit": 30, "Window": "5s" }""")]
    [InlineData("""{ "PermitLimit": 20, "Window": "4s" }""", """{ "Rate": "30/5s" }""")]
    [InlineData("""{ "Algorithm": "CalendarWindow", "PermitLimit": 20, "Period": "Day" }""", """{ "Window": "1mo" }""")]
    [InlineData("""{ "PermitLimit": 20, "Window": "1mo" }""", """{ "Period": "Day" }""")]
    public void Window_OfALaterSectionInAnotherForm_OverridesNothingOfCode(string quota, string later) =>
        Assert.Empty(Sections(quota, later, static _ => { }).Findings.Overridden);

    [Theory]
    [InlineData("""{ "Window": "4s" }""", "Quotas:q:Window", "Quotas:q:Rate")]
    [InlineData("""{ "PermitLimit": 20 }""", "Quotas:q:PermitLimit", "Quotas:q:Rate")]
    [InlineData("""{ "PermitLimit": 20, "Window": "4s" }""", "Quotas:q:PermitLimit", "Quotas:q:Window")]
    public void Rate_OfALaterSection_OverridesWhatOfCodeIsLeft(string earlier, params string[] overridden) => Assert.Equal(
        overridden,
        Sections(earlier, """{ "Rate": "30/5s" }""", static limits => limits.FixedWindow("q", 5, Minute)).Findings.Overridden);

    [Theory]
    [InlineData("""{ "RefillPerSecond": 10, "Window": "4s" }""")]
    [InlineData("""{ "RefillPerSecond": 10 }""")]
    public void Refill_BesideAWindowOrAFunction_IsAnError(string quota)
    {
        var error = Assert.Single(Configured.ErrorsOf(
            $$"""{ "Quotas": { "q": {{quota}} } }""", limits => limits.TokenBucket("q", _ => 5, Minute)));

        Assert.Equal(("RLH0209", "Quotas:q:RefillPerSecond"), (error.Id, error.Path));
    }

    [Fact]
    public void AnotherAlgorithm_OfConfiguration_LeavesSettingsOfCodeWithoutEffect()
    {
        static void Code(RateLimitsBuilder limits) => limits
            .FixedWindow("aligned", 5, Minute, alignToClock: true)
            .FixedWindow("documents", 5, Minute, unit: "documents")
            .SlidingWindow("sliding", 5, Minute, segments: 6)
            .SlidingWindow("monthly", 5, Minute, segments: 6)
            .CalendarWindow("weekly", 5, CalendarPeriod.Week, firstDayOfWeek: DayOfWeek.Sunday)
            .Concurrency("slots", 5, queueLimit: 10);

        var quotas = Configured.Define(
            """
            {
              "Quotas": {
                "aligned": { "Rate": "7/1mo" },
                "documents": { "Algorithm": "Concurrency" },
                "sliding": { "Algorithm": "FixedWindow" },
                "monthly": { "Window": "1mo" },
                "weekly": { "Period": "Month" },
                "slots": { "Algorithm": "FixedWindow", "Rate": "7/1m" }
              }
            }
            """,
            Code).Policies[0].Plans[0].Quotas;

        Assert.Equal(
            [
                Quota.CalendarWindow("aligned", 7, CalendarPeriod.Month).Shape,
                Quota.Concurrency("documents", 5).Shape,
                Quota.FixedWindow("sliding", 5, Minute).Shape,
                Quota.CalendarWindow("monthly", 5, CalendarPeriod.Month).Shape,
                Quota.CalendarWindow("weekly", 5, CalendarPeriod.Month, firstDayOfWeek: DayOfWeek.Sunday).Shape,
                Quota.FixedWindow("slots", 7, Minute).Shape,
            ],
            quotas.Select(quota => quota.Shape));
    }

    [Theory]
    [InlineData("""{ "Algorithm": "FixedWindow", "Segments": 6 }""", "Segments")]
    [InlineData("""{ "Algorithm": "Concurrency", "Window": "1h" }""", "Window")]
    public void AnotherAlgorithm_BesideASettingThatItDoesNotHave_IsAnError(string quota, string setting)
    {
        var error = Assert.Single(Configured.ErrorsOf(
            $$"""{ "Quotas": { "q": {{quota}} } }""",
            limits => limits.SlidingWindow("q", 5, Minute, segments: 6)));

        Assert.Equal(("RLH0209", $"Quotas:q:{setting}"), (error.Id, error.Path));
    }

    [Fact]
    public void Exemption_OfConfiguration_ReplacesTheQuotasAndTheBanOfCode()
    {
        var options = Configured.Read(
            """{ "Policies": { "api": { "Plans": { "user": { "IsExempt": true } } } } }""",
            limits => limits.AddPolicy("api", policy => policy
                .For("user", plan => plan.FixedWindow("q", 5, Minute).Ban(3, Minute, Minute))
                .ForAnonymous(plan => plan.FixedWindow("q", 1, Minute))
                .Cost("q", 1)));

        Assert.Equal(
            Definitions.Of(limits => limits.AddPolicy("api", policy => policy
                .Exempt("user").ForAnonymous(plan => plan.FixedWindow("q", 1, Minute)).Cost("q", 1))),
            Definitions.Of(options));
        Assert.Equal(["Policies:api:Plans:user:IsExempt"], options.Findings.Overridden);
    }

    [Theory]
    [InlineData("""{ "IsExempt": true, "Quotas": { "q": { "PermitLimit": 7 } } }""", "The plan has quotas and is exempt; keep one of the two.")]
    [InlineData("""{ "IsExempt": true, "Ban": { "After": 7 } }""", "The plan has a ban and is exempt; keep one of the two.")]
    public void Exemption_BesideLimitsOfConfiguration_IsAnError(string plan, string message) => Assert.Equal(
        [new("RLH0308", "Policies:api:Plans:user", message)],
        Configured.ErrorsOf(
            $$"""{ "Policies": { "api": { "Plans": { "user": {{plan}} } } } }""",
            limits => limits.AddPolicy("api", policy => policy
                .For("user", code => code.FixedWindow("q", 5, Minute)).ForAnonymous(code => code.FixedWindow("q", 1, Minute)))));

    [Fact]
    public void Settings_EqualToThoseOfCode_OverrideNothing()
    {
        var options = Configured.Read(
            """{ "MaxPartitions": 7, "Quotas": { "q": { "Rate": "5/1m" } }, "Principals": [ { "From": "User", "TokenType": "person" } ] }""",
            limits => limits.FixedWindow("q", 5, Minute).MaxPartitions(7).Principals(who => who.FromUser("person")));

        Assert.Empty(options.Findings.Overridden);
    }

    [Theory]
    [InlineData("""{ "Quotas": { "q": { "Rate": "10/1h" } } }""")]
    [InlineData("""{ "Quotas": { "q": { "PermitLimit": 10, "Window": "1h" } } }""")]
    public void Span_OverAWindowOfTheCalendar_MakesItAFixedWindow(string json)
    {
        static void Code(RateLimitsBuilder limits) => limits.CalendarWindow("q", 100, CalendarPeriod.Week, "Europe/Berlin", DayOfWeek.Sunday);

        var quota = Assert.Single(Configured.Define(json, Code).Policies[0].Plans[0].Quotas);

        Assert.Equal(Quota.FixedWindow("q", 10, TimeSpan.FromHours(1)).Shape, quota.Shape);
        Assert.Equal(10, quota.Limit);
    }

    [Fact]
    public void Span_BesideASettingOfTheCalendar_IsLeftToItsError()
    {
        const string Json = """{ "Quotas": { "q": { "Rate": "10/1h", "Period": "Day" } } }""";

        var options = Configured.Read(Json, limits => limits.CalendarWindow("q", 100, CalendarPeriod.Month));

        Assert.Equal((QuotaAlgorithm.CalendarWindow, CalendarPeriod.Day), (options.Quotas["q"].Algorithm, options.Quotas["q"].Period));
    }

    [Fact]
    public void Principals_OfConfiguration_ReplaceThoseOfCode()
    {
        var options = Configured.Read(
            """{ "Principals": [ { "From": "Claim", "ClaimType": "a", "TokenType": "a" } ] }""",
            limits => limits.FixedWindow(5, Minute).Principals(who => who.FromUser("person")));

        Assert.Equal([new ClaimRule("a", "a", null)], options.Principals);
        Assert.Equal(["Principals"], options.Findings.Overridden);
    }

    [Fact]
    public void Principals_OfCode_AreInsertedWhereConfigurationHasFromCode()
    {
        var options = Configured.Read(
            """{ "Principals": [ { "From": "Claim", "ClaimType": "a", "TokenType": "a" }, { "From": "Code" }, { "From": "IpAddress" } ] }""",
            limits => limits.FixedWindow(5, Minute).Principals(who => who.FromUser("person").FromClaim("b", "b")));

        Assert.Equal(
            [new ClaimRule("a", "a", null), new UserRule("person"), new ClaimRule("b", "b", null), new AddressRule("anonymous", 64)],
            options.Principals);
        Assert.Empty(options.Findings.Overridden);
    }

    [Fact]
    public void Principals_OfCode_AreThoseOfCodeInALaterSectionToo()
    {
        var options = Configured.Read(
            """{ "Principals": [ { "From": "User" } ], "Policies": { "api": { "Principals": [ { "From": "User" } ] } } }""",
            limits => limits
                .AddPolicy("api", policy => policy.FixedWindow("q", 5, Minute).Principals(who => who.FromClaim("b", "b")))
                .Principals(who => who.FromClaim("a", "a")));
        const string Later = """{ "Principals": [ { "From": "Code" } ], "Policies": { "api": { "Principals": [ { "From": "Code" } ] } } }""";

        LimitsSettings.Read(new SettingSection(Configured.Section(Later), string.Empty, options.Findings), options, store: null);

        Assert.Equal([new ClaimRule("a", "a", null)], options.Principals);
        Assert.Equal([new ClaimRule("b", "b", null)], options.Policies["api"].Principals);
    }

    [Fact]
    public void Principals_OfCodeThatAddsNone_AreAnError()
    {
        const string Message = "The rule from Code represents the rules that code adds here, and code adds none; give From User or leave it out.";

        Assert.Equal(
            [new("RLH0058", "Principals:1", Message), new("RLH0058", "Policies:api:Principals:0", Message)],
            Configured.ErrorsOf(
                """
                {
                  "Principals": [ { "From": "Claim", "ClaimType": "a", "TokenType": "a" }, { "From": "Code" } ],
                  "Policies": { "api": { "Principals": [ { "From": "Code" } ] } }
                }
                """,
                limits => limits.AddPolicy("api", policy => policy.FixedWindow("q", 5, Minute)))
                .OrderByDescending(error => error.Path, StringComparer.Ordinal));
    }

    [Fact]
    public void Code_ThatConfigurationIsReadOnTopOf_StaysAsItIs()
    {
        void Code(RateLimitsBuilder limits) => limits
            .AddPolicy("api", policy => policy.For("user", Plan).ForAnonymous(Plan).ForOthers(Plan).FixedWindow("q", 5, Minute).Cost("q", 1))
            .Headers(headers => headers.XRateLimit(x => x.Rename(XRateLimitFields.Limit, "X-Limit")));

        var code = Definitions.OptionsOf(Code);
        var options = code.Copy();
        LimitsSettings.Read(
            new SettingSection(
                Configured.Section(
                    """
                    {
                      "Quotas": { "new": { "Rate": "1/1s" } },
                      "Headers": { "NearLimit": 0.5, "XRateLimit": { "Prefix": "X-", "Names": { "Limit": "X-Other" } }, "Ietf": { "Draft": "Draft06" } },
                      "Principals": [ { "From": "User" } ],
                      "Policies": {
                        "new": {},
                        "api": {
                          "Costs": { "q": 5 },
                          "Quotas": { "q": { "PermitLimit": 9 } },
                          "PlanForOthers": { "IsExempt": true },
                          "Plans": { "new": {}, "user": { "Headers": "Never", "Quotas": { "q": { "PermitLimit": 9 }, "new": {} } } }
                        }
                      }
                    }
                    """),
                string.Empty,
                options.Findings),
            options,
            store: null);

        Assert.Empty(options.Findings.Errors);
        Assert.NotEqual(5, options.Policies["api"].Quotas["q"].PermitLimit);
        Assert.Equivalent(Definitions.OptionsOf(Code), code, strict: true);

        static void Plan(PlanBuilder plan) => plan.FixedWindow("q", 5, Minute);
    }

    private static RateLimitHeadersOptions Sections(string quota, string later, Action<RateLimitsBuilder> code)
    {
        var options = Configured.Read($$"""{ "Quotas": { "q": {{quota}} } }""", code);
        var section = Configured.Section($$"""{ "Quotas": { "q": {{later}} } }""");
        LimitsSettings.Read(new SettingSection(section, string.Empty, options.Findings), options, store: null);
        return options;
    }
}
