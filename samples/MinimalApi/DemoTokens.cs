using System.Security.Claims;

namespace MinimalApi;

/// <summary>The tokens that the demo knows. A real API would validate signed ones.</summary>
public static class DemoTokens
{
    private static readonly Dictionary<string, Claim[]> s_tokens = new(StringComparer.Ordinal)
    {
        ["demo-repository-token"] = [new(DemoClaims.RepositoryToken, "web-frontend"), new(DemoClaims.Seats, "80")],
        ["demo-project-token"] = [new(DemoClaims.ProjectToken, "web"), new(DemoClaims.Seats, "250")],
        ["demo-workspace-token"] = [new(DemoClaims.WorkspaceToken, "acme"), new(DemoClaims.Seats, "2000")],
        ["demo-consumer"] = [new(DemoClaims.Consumer, "ci-robot"), new(DemoClaims.Seats, "80")],
        ["demo-user"] = [new(DemoClaims.Subject, "ada")],
    };

    /// <summary>Gets the claims of a token; <see langword="null"/> if there is no such token.</summary>
    public static IReadOnlyList<Claim>? ClaimsOf(string token) => s_tokens.GetValueOrDefault(token);
}
