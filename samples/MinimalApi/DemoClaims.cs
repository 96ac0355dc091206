namespace MinimalApi;

/// <summary>The claims of the demo tokens.</summary>
public static class DemoClaims
{
    public const string RepositoryToken = "rat_id";
    public const string ProjectToken = "pat_id";
    public const string WorkspaceToken = "wat_id";
    public const string Consumer = "client_id";
    public const string Subject = "sub";
    public const string Seats = "seats";
}
