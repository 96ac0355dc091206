using System.Globalization;
using System.Text;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>Writes a picture as SVG: what remains above, the requests below, against time.</summary>
internal static class PictureText
{
    private const int Left = 40;
    private const int PerSecond = 22;
    private const int Bottom = 150;
    private const int PerPermit = 20;
    private const int RequestsAt = 172;

    public static string Of(AlgorithmPicture picture)
    {
        var facts = picture.Observe();
        var seconds = (int)AlgorithmPicture.Length.TotalSeconds;
        var right = Left + (seconds * PerSecond);
        var svg = new StringBuilder();
        Line(svg, $"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {right + 20} 224" role="img" font-family="sans-serif" font-size="11">""");
        Line(svg, $"""<title>{picture.Title}; {facts.Admitted.Count(admitted => admitted)} of {facts.Admitted.Count} requests are admitted</title>""");
        Line(svg, $"""<rect width="{right + 20}" height="224" fill="#ffffff"/>""");
        Line(svg, $"""<text x="{Left}" y="20" font-size="13" font-weight="bold">{picture.Title}</text>""");
        Line(svg, $"""<path d="{Area(facts.Remaining)}" fill="#cfe3f7" stroke="#2b6cb0"/>""");
        for (var permits = 0; permits <= picture.Limit; permits++)
        {
            Line(svg, $"""<text x="{Left - 8}" y="{Bottom - (permits * PerPermit) + 4}" text-anchor="end">{permits}</text>""");
        }

        Line(svg, $"""<path d="M{Left} {Bottom}H{right}" stroke="#444444"/>""");
        for (var second = 0; second <= seconds; second += 5)
        {
            Line(svg, $"""<text x="{Left + (second * PerSecond)}" y="198" text-anchor="middle">{picture.LabelAt(second)}</text>""");
        }

        for (var i = 0; i < facts.Admitted.Count; i++)
        {
            Line(svg, Request(AlgorithmPicture.Requests[i].TotalSeconds * PerSecond, facts.Admitted[i]));
        }

        Line(svg, $"""<text x="{Left}" y="216">area: what remains; ● admitted, × rejected</text>""");
        Line(svg, $"</svg>");
        return svg.ToString();
    }

    /// <summary>Draws what remains as steps above the line of time.</summary>
    private static string Area(IReadOnlyList<long> remaining)
    {
        var path = new StringBuilder();
        path.Append(CultureInfo.InvariantCulture, $"M{Left} {Bottom}");
        var last = -1L;
        for (var tenth = 0; tenth < remaining.Count; tenth++)
        {
            if (remaining[tenth] != last)
            {
                path.Append(CultureInfo.InvariantCulture, $"H{Left + (tenth * PerSecond / 10.0)}V{Bottom - (remaining[tenth] * PerPermit)}");
                last = remaining[tenth];
            }
        }

        return path.Append(CultureInfo.InvariantCulture, $"H{Left + ((remaining.Count - 1) * PerSecond / 10.0)}V{Bottom}Z").ToString();
    }

    private static FormattableString Request(double x, bool isAdmitted) => isAdmitted
        ? $"""<circle cx="{Left + x}" cy="{RequestsAt}" r="4" fill="#2f855a"/>"""
        : (FormattableString)$"""<path d="M{Left + x - 4} {RequestsAt - 4}l8 8m0 -8l-8 8" stroke="#c53030" stroke-width="2"/>""";

    private static void Line(StringBuilder svg, FormattableString line) => svg.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
}
