namespace RateLimitHeaders.AspNetCore;

/// <summary>Combines the parts of a request about which several policies decide; the only part is the request itself if one policy decides.</summary>
internal static class RequestParts
{
    extension(LimitedRequest request)
    {
        /// <summary>Gets the request or part that would be rejected if all plans were enforced; <see langword="null"/> for none.</summary>
        public LimitedRequest? RejectedReportOnly
        {
            get
            {
                if (request.WouldBeRejected)
                {
                    return request;
                }

                foreach (var part in request.Parts)
                {
                    if (part.WouldBeRejected)
                    {
                        return part;
                    }
                }

                return null;
            }
        }

        /// <summary>Returns the part that a quota belongs to: the request itself if one policy decides.</summary>
        public LimitedRequest PartOf(int quota) => request.Parts.IsEmpty ? request : request.Parts[request.Plan.PartOf(quota)];

        /// <summary>
        /// Gets a value indicating whether the global policy rejects the request, possibly together with that of its endpoint, which ASP.NET Core
        /// calls after it.
        /// </summary>
        public bool IsRejectedGlobally => !request.Parts.IsEmpty
            && request.Parts[^1] is { Outcome: RateLimitOutcome.Rejected } last
            && last.Policy.Name == request.Handling.GlobalPolicy;
    }
}
