namespace RateLimitHeaders.AspNetCore.OpenApi;

/// <summary>The fields that responses of an operation carry: those of one family, and those that are only named.</summary>
/// <remarks>
/// Fields of several families describe the same limits, and linters such as Spectral's <c>owasp:api4:2023-rate-limit</c> allow one of them.
/// </remarks>
internal sealed class DocumentedFields
{
    private readonly RateLimitFieldInfo[] _told;
    private readonly HashSet<string> _rejected;

    public DocumentedFields(IReadOnlyCollection<RateLimitPolicyInfo> policies, RateLimitFieldFamily? family)
    {
        _rejected = [.. policies.Select(RejectionResponses.StatusOf)];

        // If some plans have a field on more responses than others, it is described on all those responses.
        RateLimitFieldInfo[] carried =
        [
            .. from field in policies.SelectMany(policy => policy.Plans).Where(plan => plan.Enforce > 0).SelectMany(plan => plan.Fields)
               group field by field.Name into same
               select same.MinBy(field => field.When),
        ];
        RateLimitFieldFamily?[] families = [.. carried.Select(field => field.Family).OfType<RateLimitFieldFamily>().Distinct().Order()];
        var chosen = families.Contains(family) ? family : families.FirstOrDefault();
        _told = [.. carried.Where(field => field.Family is null || field.Family == chosen)];
        Others = [.. carried.Except(_told)];
    }

    /// <summary>Gets the fields of the other families.</summary>
    public IReadOnlyList<RateLimitFieldInfo> Others { get; }

    /// <summary>Returns the fields that responses with a status carry: none if requests cannot be counted.</summary>
    public IEnumerable<RateLimitFieldInfo> On(string status) =>
        _rejected.Contains(status) ? _told
        : status == RejectionResponses.Unavailable ? []
        : _told.Where(field => field.When != HeadersWhen.Rejected);
}
