namespace RateLimitHeaders.AspNetCore;

/// <summary>The state that the builders of one call share: the conflicts that the options cannot hold, and whether the call is over.</summary>
internal sealed class BuilderState(ConfigurationErrors conflicts)
{
    private bool _isOver;

    public void End() => _isOver = true;

    public void AddConflict(string id, string path, string message) => conflicts.Add(id, path, message);

    public void ThrowIfOver()
    {
        if (_isOver)
        {
            throw new InvalidOperationException(
                "The rate limits are in use and cannot be changed through their builder any more; "
                + "make all calls inside AddRateLimitHeaders(limits => …) or UseRateLimitHeaders(limits => …).");
        }
    }
}
