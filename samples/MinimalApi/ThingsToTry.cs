namespace MinimalApi;

/// <summary>What to type in another terminal.</summary>
public static class ThingsToTry
{
    public static string At(IEnumerable<string> urls)
    {
        var url = urls.FirstOrDefault() ?? "http://localhost:5080";
        return $$"""

            Things to try:
              curl -i {{url}}/2.0/repositories                                               # anonymous: 60 an hour per address
              curl -i {{url}}/2.0/repositories -H 'Authorization: Bearer demo-user'          # a user: 1,000 an hour
              curl -i {{url}}/2.0/repositories -H 'Authorization: Bearer demo-repository-token'  # 80 seats: 1,000 an hour, 20 at once
              curl -i {{url}}/2.0/repositories -H 'Authorization: Bearer demo-project-token'     # 250 seats: 2,500 an hour
              curl -i {{url}}/2.0/repositories -H 'Authorization: Bearer demo-workspace-token'   # 2,000 seats: 10,000 an hour
              curl -i {{url}}/2.0/repositories -H 'Authorization: Bearer demo-consumer'      # the same limits, but no headers
              for i in 1 2 3 4; do curl -si '{{url}}/2.0/search?q=web'; echo; done           # 3 in 10 seconds, then 429
              curl -i {{url}}/2.0/search/code                                                # costs all 3 at once
              for i in 1 2 3 4; do curl -sI -X GET {{url}}/2.0/archives/a.zip; done          # 2 MB each, of 5 MB an hour
              curl -i {{url}}/2.0/log-in/ann -H 'Content-Type: application/json' -d '{"password":"wrong"}'  # 5 wrong ones a minute; "demo" is right

            """;
    }
}
