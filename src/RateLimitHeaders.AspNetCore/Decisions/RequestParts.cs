namespace RateLimitHeaders.AspNetCore;

/// <summary>What the policies say together that decide about a request: of its parts, or of the request itself where one policy decides.</summary>
internal static class RequestParts
{
    extension(LimitedRequest request)
    {
        /// <summary>Gets what would be rejected if all plans were enforced: this request, or a part of it; <see langword="null"/> for nothing.</summary>
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

        /// <summary>Gets the part that a quota belongs to: the request itself where one policy decides.</summary>
        public LimitedRequest PartOf(int quota) => request.Parts.IsEmpty ? request : request.Parts[request.Plan.PartOf(quota)];

        /// <summary>Gets a value indicating whether the global policy rejects the request, beside that of its endpoint, which ASP.NET Core asks after it.</summary>
        public bool IsRejectedGlobally => !request.Parts.IsEmpty
            && request.Parts[^1] is { Outcome: RateLimitOutcome.Rejected } last
            && last.Policy.Name == request.Snapshot.Definition.GlobalPolicy;
    }
}
