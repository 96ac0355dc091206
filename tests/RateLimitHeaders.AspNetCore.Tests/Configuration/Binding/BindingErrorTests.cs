namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>What configuration cannot say, word for word.</summary>
public class BindingErrorTests
{
    private const string Sources = "User, Claim, AuthenticationScheme, Header, Form, IpAddress, Code";

    private static readonly Dictionary<string, (string Json, RateLimitConfigurationError Error)> s_errors = new()
    {
        ["key with a typing error"] = (
            """{ "Quotas": { "q": { "Rate": "1/1s", "Segmens": 6 } } }""",
            new("RLH0051", "Quotas:q:Segmens", "There is no setting Segmens; correct it to Segments, or leave it out.")),
        ["key that resembles none"] = (
            """{ "Quotas": { "q": { "Rate": "1/1s" } }, "Policies": { "p": { "Quotas": { "q": { "Rate": "1/1s" } }, "Concurrency": { "Max": 1 } } } }""",
            new("RLH0051", "Policies:p:Concurrency", "There is no setting Concurrency; leave it out. "
                + "The settings here are Resource, SharesResource, Principals, Headers, Reason, Enforce, Ban, Rejection, Endpoints, Quotas, Plans, PlanForOthers, Cost, Costs, EndpointCosts, ResetOnSuccess.")),
        ["key beside a secret"] = (
            """{ "Quotas": { "q": { "Rate": "1/1s" } }, "Headers": { "Ietf": { "PartitonKeySecret": "hush" } } }""",
            new("RLH0051", "Headers:Ietf:PartitonKeySecret", "There is no setting PartitonKeySecret; correct it to PartitionKeySecret, or leave it out.")),
        ["section of no store"] = (
            """{ "Quotas": { "q": { "Rate": "1/1s" } }, "Redis": { "Configuration": "hush" } }""",
            new("RLH0051", "Redis", "No store reads the section Redis; give the section to the store, such as with AddRedis(section), or leave it out.")),
        ["key of the root that resembles none"] = (
            """{ "Quotas": { "q": { "Rate": "1/1s" } }, "Postgres": { "Configuration": "hush" } }""",
            new("RLH0051", "Postgres", "There is no setting Postgres; leave it out. "
                + "The settings here are MaxPartitions, LogCallers, DefaultPolicy, GlobalPolicy, CombinePolicies, Enforce, ExemptEndpoints, Principals, Quotas, Policies, Headers.")),
        ["name of a field that there is not"] = (
            """{ "Quotas": { "q": { "Rate": "1/1s" } }, "Headers": { "XRateLimit": { "Names": { "Limits": "X-Limit" } } } }""",
            new("RLH0051", "Headers:XRateLimit:Names:Limits", "There is no setting Limits; correct it to Limit, or leave it out.")),
        ["number"] = (
            """{ "Quotas": { "q": { "PermitLimit": "1,000", "Window": "1m" } } }""",
            new("RLH0052", "Quotas:q:PermitLimit", "PermitLimit is \"1,000\"; give a number, such as 100 or 0.5.")),
        ["infinity"] = (
            """{ "Quotas": { "q": { "PermitLimit": "1e999", "Window": "1m" } } }""",
            new("RLH0052", "Quotas:q:PermitLimit", "PermitLimit is \"1e999\"; give a number, such as 100 or 0.5.")),
        ["whole number"] = (
            """{ "Quotas": { "q": { "Rate": "1/1s" } }, "MaxPartitions": 1.5 }""",
            new("RLH0052", "MaxPartitions", "MaxPartitions is \"1.5\"; give a whole number, such as 100.")),
        ["flag"] = (
            """{ "Quotas": { "q": { "Rate": "1/1s", "AlignToClock": "yes" } } }""",
            new("RLH0052", "Quotas:q:AlignToClock", "AlignToClock is \"yes\"; give true or false.")),
        ["cost"] = (
            """{ "Policies": { "p": { "Quotas": { "q": { "Rate": "1/1s" } }, "Costs": { "q": "all" } } } }""",
            new("RLH0052", "Policies:p:Costs:q", "q is \"all\"; give a whole number, such as 1, or \"AnyLeft\".")),
        ["name of a type"] = (
            """{ "Quotas": { "q": { "Rate": "1/1s", "Algorithm": "1" } } }""",
            new("RLH0052", "Quotas:q:Algorithm", "Algorithm is \"1\"; give FixedWindow, SlidingWindow, TokenBucket, Concurrency or CalendarWindow.")),
        ["name or null"] = (
            """{ "Policies": { "p": { "Quotas": { "q": { "Rate": "1/1s" } }, "Headers": "Sometimes" } } }""",
            new("RLH0052", "Policies:p:Headers", "Headers is \"Sometimes\"; give Always, NearLimit, Rejected, Never or null.")),
        ["names of fields"] = (
            """{ "Quotas": { "q": { "Rate": "1/1s" } }, "Headers": { "XRateLimit": { "Fields": "Limit, Left" } } }""",
            new("RLH0052", "Headers:XRateLimit:Fields", "Fields is \"Limit, Left\"; "
                + "give one or more of None, Limit, Remaining, Reset, Used, Resource, NearLimit, with commas between them.")),
        ["time without a unit"] = (
            """{ "Quotas": { "q": { "PermitLimit": 1, "Window": 60 } } }""",
            new("RLH0052", "Quotas:q:Window", "Window is \"60\"; give a time, such as \"00:01:00\", \"30s\", \"15m\", \"1h\" or \"7d\", or a calendar month or year, \"1mo\" or \"1y\".")),
        ["time of too many hours"] = (
            """{ "Quotas": { "q": { "PermitLimit": 1, "Window": "24:00:00" } } }""",
            new("RLH0052", "Quotas:q:Window", "Window is \"24:00:00\"; give a time, such as \"00:01:00\", \"30s\", \"15m\", \"1h\" or \"7d\", or a calendar month or year, \"1mo\" or \"1y\".")),
        ["time that is too long"] = (
            """{ "Quotas": { "q": { "PermitLimit": 1, "Window": "2000000000d" } } }""",
            new("RLH0052", "Quotas:q:Window", "Window is \"2000000000d\"; give a time, such as \"00:01:00\", \"30s\", \"15m\", \"1h\" or \"7d\", or a calendar month or year, \"1mo\" or \"1y\".")),
        ["months"] = (
            """{ "Quotas": { "q": { "PermitLimit": 1, "Window": "3mo" } } }""",
            new("RLH0052", "Quotas:q:Window", "Window is \"3mo\"; a calendar window is one month or one year, so give \"1mo\" or \"1y\", or a span, such as \"90d\".")),
        ["rate"] = (
            """{ "Quotas": { "q": { "Rate": "100 per minute" } } }""",
            new("RLH0052", "Quotas:q:Rate", "Rate is \"100 per minute\"; give permits per time, such as \"100/1m\", \"5000/01:00:00\" or \"1000000/1mo\".")),
        ["rate by the month"] = (
            """{ "Quotas": { "q": { "Rate": "100/3mo" } } }""",
            new("RLH0052", "Quotas:q:Rate", "Rate is \"100/3mo\"; a calendar window is one month or one year, so give \"1mo\" or \"1y\", or a span, such as \"90d\".")),
        ["calendar window of another algorithm"] = (
            """{ "Quotas": { "q": { "Algorithm": "SlidingWindow", "Rate": "100/1mo" } } }""",
            new("RLH0052", "Quotas:q:Rate", "Rate is \"100/1mo\", a calendar month, and the algorithm is SlidingWindow; leave Algorithm out, or give a span, such as \"30d\".")),
        ["rate of a concurrency quota"] = (
            """{ "Quotas": { "q": { "Algorithm": "Concurrency", "Rate": "5/1s" } } }""",
            new("RLH0052", "Quotas:q:Rate", "Rate is \"5/1s\", a limit for a span of time, and the algorithm is Concurrency; give PermitLimit instead.")),
        ["rate of a calendar window"] = (
            """{ "Quotas": { "q": { "Algorithm": "CalendarWindow", "Period": "Day", "Rate": "1000/1d" } } }""",
            new("RLH0052", "Quotas:q:Rate", "Rate is \"1000/1d\", a limit for a span of time, and the algorithm is CalendarWindow; give PermitLimit instead.")),
        ["calendar window in two forms"] = (
            """{ "Quotas": { "q": { "PermitLimit": 1, "Window": "1y", "Period": "Month" } } }""",
            new("RLH0054", "Quotas:q:Window", "Window is \"1y\" in addition to Period, of which it is another form; keep one of the two.")),
        ["span of a calendar window"] = (
            """{ "Quotas": { "q": { "Algorithm": "CalendarWindow", "PermitLimit": 1, "Period": "Day", "Window": "1d" } } }""",
            new("RLH0209", "Quotas:q:Window", "Window is 1.00:00:00, which has no effect, because the algorithm is CalendarWindow; leave it out.")),
        ["time zone"] = (
            """{ "Quotas": { "q": { "Rate": "100/1mo", "TimeZone": "Europe/Atlantis" } } }""",
            new("RLH0272", "Quotas:q:TimeZone", "TimeZone is \"Europe/Atlantis\"; this machine does not know it; give an IANA id, such as \"Europe/Berlin\", or \"UTC\", and install the time zone data (tzdata) where it is missing; on Windows IANA ids need ICU, without InvariantGlobalization.")),
        ["period"] = (
            """{ "Quotas": { "q": { "Algorithm": "CalendarWindow", "PermitLimit": 1 } } }""",
            new("RLH0271", "Quotas:q:Period", "Period is missing; give Day, Week, Month or Year.")),
        ["first day of no week"] = (
            """{ "Quotas": { "q": { "Rate": "100/1mo", "FirstDayOfWeek": "Sunday" } } }""",
            new("RLH0209", "Quotas:q:FirstDayOfWeek", "FirstDayOfWeek is Sunday, which has no effect, because the Period is not Week; leave it out.")),
        ["secret"] = (
            """{ "Quotas": { "q": { "Rate": "1/1s" } }, "Headers": { "Ietf": { "PartitionKeySecret": "hush!" } } }""",
            new("RLH0052", "Headers:Ietf:PartitionKeySecret", "PartitionKeySecret cannot be read; give Base64, such as \"AAECAwQFBgcICQoLDA0ODw==\".")),
        ["null where there must be a value"] = (
            """{ "Quotas": { "q": { "Rate": "1/1s", "Unit": null } } }""",
            new("RLH0052", "Quotas:q:Unit", "Unit has no value; give a text.")),
        ["reason of a policy"] = (
            """{ "Policies": { "p": { "Quotas": { "q": { "Rate": "1/1s" } }, "Reason": "heute \u00e4" } } }""",
            new("RLH0324", "Policies:p:Reason", "Reason is \"heute \u00e4\"; give a text of printable ASCII characters, which a header field can hold, or none.")),
        ["source of a rule"] = (
            """{ "Quotas": { "q": { "Rate": "1/1s" } }, "Principals": [ { "From": "Cookie" } ] }""",
            new("RLH0052", "Principals:0", $"From is \"Cookie\"; give one of {Sources}.")),
        ["value for a section"] = (
            """{ "Quotas": { "q": { "Rate": "1/1s" } }, "Headers": "X-RateLimit" }""",
            new("RLH0053", "Headers", "Headers is a single value; give a section with settings.")),
        ["value for names"] = (
            """{ "Quotas": { "q": { "Rate": "1/1s" } }, "Policies": "api" }""",
            new("RLH0053", "Policies", "Policies is a single value; give a section whose keys are names.")),
        ["value for costs"] = (
            """{ "Policies": { "p": { "Quotas": { "q": { "Rate": "1/1s" } }, "Costs": 2 } } }""",
            new("RLH0053", "Policies:p:Costs", "Costs is a single value; give a section whose keys are names.")),
        ["value for rules"] = (
            """{ "Quotas": { "q": { "Rate": "1/1s" } }, "Principals": "User" }""",
            new("RLH0053", "Principals", "Principals is a single value; give a list of rules.")),
        ["rule for rules"] = (
            """{ "Quotas": { "q": { "Rate": "1/1s" } }, "Principals": { "From": "User" } }""",
            new("RLH0053", "Principals", "Principals is a single rule; give a list of rules, such as [ { \"From\": \"User\" } ].")),
        ["value for a quota"] = (
            """{ "Quotas": { "q": "100/1m" } }""",
            new("RLH0053", "Quotas:q", "q is a single value; give a section with settings, such as { \"Rate\": \"100/1m\" }.")),
        ["value for a rule"] = (
            """{ "Quotas": { "q": { "Rate": "1/1s" } }, "Principals": [ "User" ] }""",
            new("RLH0053", "Principals:0", "0 is a single value; give a section with From, such as { \"From\": \"User\" }.")),
        ["value for the whole"] = (
            "\"100/1m\"",
            new("RLH0053", "", "RateLimitHeaders is a single value; give a section with settings.")),
        ["section for a value"] = (
            """{ "Quotas": { "q": { "PermitLimit": { "user": 1, "anonymous": 2 }, "Window": "1m" } } }""",
            new("RLH0053", "Quotas:q:PermitLimit", "PermitLimit has settings of its own (anonymous, user); give a number, such as 100 or 0.5.")),
        ["rate beside a limit"] = (
            """{ "Quotas": { "q": { "Rate": "1/1s", "PermitLimit": 5 } } }""",
            new("RLH0054", "Quotas:q:Rate", "Rate is set in addition to PermitLimit, of which it is another form; keep one of the two.")),
        ["rate beside a window"] = (
            """{ "Quotas": { "q": { "Window": "1m", "Rate": "1/1s" } } }""",
            new("RLH0054", "Quotas:q:Rate", "Rate is set in addition to Window, of which it is another form; keep one of the two.")),
        ["ban of nothing"] = (
            """{ "Policies": { "p": { "Quotas": { "q": { "Rate": "1/1s" } }, "Ban": {} } } }""",
            new("RLH0057", "Policies:p:Ban", "Ban is empty, which is not a ban; give a setting of it, such as \"After\": 10, or leave it out.")),
        ["ban of null"] = (
            """{ "Policies": { "p": { "Plans": { "user": { "Quotas": { "q": { "Rate": "1/1s" } }, "Ban": null } }, "PlanForOthers": { "IsExempt": true } } } }""",
            new("RLH0057", "Policies:p:Plans:user:Ban", "Ban is empty, which is not a ban; give a setting of it, such as \"After\": 10, or leave it out.")),
        ["rule without a source"] = (
            """{ "Quotas": { "q": { "Rate": "1/1s" } }, "Principals": [ { "TokenType": "user" } ] }""",
            new("RLH0055", "Principals:0", $"The rule has no From; give one of {Sources}.")),
        ["claim without a type"] = (
            """{ "Quotas": { "q": { "Rate": "1/1s" } }, "Principals": [ { "From": "Claim", "TokenType": "user" } ] }""",
            new("RLH0055", "Principals:0", "The rule from Claim has no ClaimType; give it.")),
        ["scheme without a name"] = (
            """{ "Quotas": { "q": { "Rate": "1/1s" } }, "Principals": [ { "From": "AuthenticationScheme", "TokenType": "user" } ] }""",
            new("RLH0055", "Principals:0", "The rule from AuthenticationScheme has no Scheme; give it.")),
        ["header without a name"] = (
            """{ "Quotas": { "q": { "Rate": "1/1s" } }, "Principals": [ { "From": "Header", "Values": ["a"], "TokenType": "user" } ] }""",
            new("RLH0055", "Principals:0", "The rule from Header has no HeaderName; give it.")),
        ["header without values"] = (
            """{ "Quotas": { "q": { "Rate": "1/1s" } }, "Principals": [ { "From": "Header", "HeaderName": "X-Api-Key", "TokenType": "user" } ] }""",
            new("RLH0055", "Principals:0", "The rule from Header has no Values; give it.")),
        ["form of no field"] = (
            """{ "Quotas": { "q": { "Rate": "1/1s" } }, "Principals": [ { "From": "Form", "TokenType": "account" } ] }""",
            new("RLH0055", "Principals:0", "The rule from Form has no FieldName; give it.")),
        ["claim without a token type"] = (
            """{ "Quotas": { "q": { "Rate": "1/1s" } }, "Principals": [ { "From": "Claim", "ClaimType": "sub" } ] }""",
            new("RLH0055", "Principals:0", "The rule from Claim has no TokenType; give it.")),
        ["source of a rule for whose callers there is a plan"] = (
            """{ "Principals": [ { "From": "Heder", "TokenType": "key" } ], "Policies": { "p": { "Plans": { "key": { "Quotas": { "q": { "Rate": "1/1s" } } } } } } }""",
            new("RLH0052", "Principals:0", $"From is \"Heder\"; give one of {Sources}.")),
        ["setting of a rule, in a policy with a plan for its callers"] = (
            """{ "Policies": { "p": { "Principals": [ { "From": "User", "TokenTyp": "key" } ], "Plans": { "key": { "Quotas": { "q": { "Rate": "1/1s" } } } } } } }""",
            new("RLH0051", "Policies:p:Principals:0:TokenTyp", "There is no setting TokenTyp; correct it to TokenType, or leave it out.")),
        ["setting of another rule"] = (
            """{ "Quotas": { "q": { "Rate": "1/1s" } }, "Principals": [ { "From": "User", "ClaimType": "sub" } ] }""",
            new("RLH0051", "Principals:0:ClaimType", "There is no setting ClaimType; leave it out. The settings here are From, PlanClaim, TokenType.")),
        ["value of a header beside a secret"] = (
            """{ "Quotas": { "q": { "Rate": "1/1s" } }, "Principals": [ { "From": "Header", "HeaderName": "X-Api-Key", "TokenType": "user", "Values": ["a"], "Value": "hush" } ] }""",
            new("RLH0051", "Principals:0:Value", "There is no setting Value; correct it to Values, or leave it out.")),
        ["value of a header that is no list"] = (
            """{ "Quotas": { "q": { "Rate": "1/1s" } }, "Principals": [ { "From": "Header", "HeaderName": "X-Api-Key", "TokenType": "user", "Values": "hush" } ] }""",
            new("RLH0053", "Principals:0:Values", "Values is a single value; give a list.")),
        ["value of a header with settings"] = (
            """{ "Quotas": { "q": { "Rate": "1/1s" } }, "Principals": [ { "From": "Header", "HeaderName": "X-Api-Key", "TokenType": "user", "Values": ["a", { "hush": 1 }] } ] }""",
            new("RLH0053", "Principals:0:Values:1", "1 has settings of its own; give a text that is not empty.")),
        ["value of a header as a key"] = (
            """{ "Quotas": { "q": { "Rate": "1/1s" } }, "Principals": [ { "From": "Header", "HeaderName": "X-Api-Key", "TokenType": "user", "Values": { "a": "b", "hush": { "c": 1 } } } ] }""",
            new("RLH0053", "Principals:0:Values:1", "1 has settings of its own; give a text that is not empty.")),
        ["value of a header that is empty"] = (
            """{ "Quotas": { "q": { "Rate": "1/1s" } }, "Principals": [ { "From": "Header", "HeaderName": "X-Api-Key", "TokenType": "user", "Values": ["a", ""] } ] }""",
            new("RLH0052", "Principals:0:Values:1", "1 cannot be read; give a text that is not empty.")),
        ["only value of a header that is empty"] = (
            """{ "Quotas": { "q": { "Rate": "1/1s" } }, "Principals": [ { "From": "Header", "HeaderName": "X-Api-Key", "TokenType": "user", "Values": [""] } ] }""",
            new("RLH0052", "Principals:0:Values:0", "0 cannot be read; give a text that is not empty.")),
        ["name of a header with a colon"] = (
            """{ "Quotas": { "q": { "Rate": "1/1s" } }, "Principals": [ { "From": "Header", "HeaderName": "X-Api-Key:", "TokenType": "user", "Values": ["a"] } ] }""",
            new("RLH0052", "Principals:0:HeaderName", "HeaderName is \"X-Api-Key:\"; give letters, digits and hyphens (RFC 9110, section 5.6.2).")),
        ["value of a header under another rule"] = (
            """{ "Quotas": { "q": { "Rate": "1/1s" } }, "Principals": [ { "From": "User", "Values": "hush" } ] }""",
            new("RLH0051", "Principals:0:Values", "There is no setting Values; leave it out. The settings here are From, PlanClaim, TokenType.")),
        ["value of a header as a rule"] = (
            """{ "Quotas": { "q": { "Rate": "1/1s" } }, "Principals": { "X-Api-Key": "hush" } }""",
            new("RLH0053", "Principals:X-Api-Key", "X-Api-Key is a single value; give a section with From, such as { \"From\": \"User\" }.")),
        ["secret with settings"] = (
            """{ "Quotas": { "q": { "Rate": "1/1s" } }, "Headers": { "Ietf": { "PartitionKeySecret": { "hush": 1 } } } }""",
            new("RLH0053", "Headers:Ietf:PartitionKeySecret", "PartitionKeySecret has settings of its own; give Base64, such as \"AAECAwQFBgcICQoLDA0ODw==\".")),
        ["secret in place of its section"] = (
            """{ "Quotas": { "q": { "Rate": "1/1s" } }, "Headers": { "Ietf": "hush" } }""",
            new("RLH0053", "Headers:Ietf", "Ietf is a single value; give a section with settings.")),
        ["secret in the section above its own"] = (
            """{ "Quotas": { "q": { "Rate": "1/1s" } }, "Headers": { "PartitionKeySecret": "hush" } }""",
            new("RLH0051", "Headers:PartitionKeySecret", "There is no setting PartitionKeySecret; leave it out. The settings here are When, NearLimit, AdvertisedRate, "
                + "Jitter, ResetWhenFull, ResetOnOtherErrors, ReasonField, Existing, MarkPrivate, ExposeToBrowsers, ReportOnlyPrefix, ExplainInDevelopment, XRateLimit, Ietf.")),
        ["connection string of no store"] = (
            """{ "Quotas": { "q": { "Rate": "1/1s" } }, "Redis": "localhost,password=hush" }""",
            new("RLH0051", "Redis", "No store reads the section Redis; give the section to the store, such as with AddRedis(section), or leave it out.")),
    };

    public static TheoryData<string> Rules => [.. s_errors.Keys];

    [Theory]
    [MemberData(nameof(Rules))]
    public void Configuration_ThatCannotBeRead_IsOneError(string rule)
    {
        var (json, error) = s_errors[rule];

        // The whole that cannot be read leaves no policy, either.
        Assert.Equal([error], Configured.ErrorsOf(json).Where(found => found.Id != "RLH0001"));
    }

    [Fact]
    public void Errors_OfItems_HaveThePathOfTheItemInConfiguration()
    {
        const string Pattern = "\"GET\" has no route that begins with a slash; give a route, such as \"/api/values/{id}\", or methods and a route, such as \"GET /api/values/{id}\".";
        const string PrefixLength = "FromIpAddress has the ipv6PrefixLength 500; give a number of bits from 1 to 128, such as 64.";

        Assert.Equal(
            [
                new("RLH0052", "Principals:0", $"From is \"Usr\"; give one of {Sources}."),
                new("RLH0052", "Quotas:q:DoNotCount:0", "0 is \"abc\"; give a whole number, such as 100."),
                new("RLH0105", "Principals:1", PrefixLength),
                new("RLH0293", "Quotas:q:DoNotCount:1", "DoNotCount has 700; give statuses from 100 to 599."),
            ],
            Configured.ErrorsOf(
                """
                {
                  "Principals": [ { "From": "Usr" }, { "From": "IpAddress", "IPv6PrefixLength": 500 } ],
                  "Quotas": { "q": { "Rate": "1/1s", "DoNotCount": [ "abc", 700 ] } }
                }
                """));
        Assert.Equal(
            [new("RLH0105", "Principals:2", PrefixLength), new("RLH0503", "ExemptEndpoints:3", Pattern)],
            Configured.ErrorsOf(
                """
                {
                  "Principals": { "0": { "From": "Code" }, "2": { "From": "IpAddress", "IPv6PrefixLength": 500 } },
                  "ExemptEndpoints": { "1": "/a", "3": "GET" },
                  "Quotas": { "q": { "Rate": "1/1s" } }
                }
                """,
                limits => limits.Principals(who => who.FromUser("a").FromClaim("b", "b"))));
    }

    [Fact]
    public void Errors_OfReadingAndOfTheReadValues_AreReturnedTogether() => Assert.Equal(
        [
            new("RLH0051", "Headers:Wen", "There is no setting Wen; correct it to When, or leave it out."),
            new("RLH0052", "Quotas:q:Window", "Window is \"soon\"; give a time, such as \"00:01:00\", \"30s\", \"15m\", \"1h\" or \"7d\", or a calendar month or year, \"1mo\" or \"1y\"."),
            new("RLH0002", "MaxPartitions", "MaxPartitions is 0; give 1 or more."),
            new("RLH0201", "Quotas:q:PermitLimit", "PermitLimit is 0; give a limit from 1 to 999,999,999,999,999, or no quota at all."),
        ],
        Configured.ErrorsOf("""{ "MaxPartitions": 0, "Headers": { "Wen": "Never" }, "Quotas": { "q": { "PermitLimit": 0, "Window": "soon" } } }"""));
}
