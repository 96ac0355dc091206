using System.Globalization;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>Problems are kept for the rejections that they are of, and for no others.</summary>
public class RejectionProblemsTests
{
    [Theory]
    [InlineData("", false, "[]")]
    [InlineData("minute!", false, """["minute"]""")]
    [InlineData("minute! day", false, """["minute"]""")]
    [InlineData("minute day!", false, """["day"]""")]
    [InlineData("minute! day!", false, """["minute","day"]""")]
    [InlineData("day! minute!", false, """["day","minute"]""")]
    [InlineData("minute! day! hour!", false, """["minute","day","hour"]""")]
    [InlineData("minute!", true, """["minute"]""")]
    public void Problem_AfterOthers_IsOfItsOwnQuotas(string statuses, bool isServersOwn, string violated)
    {
        var problems = new RejectionProblems();
        foreach (var other in (string[])["", "minute!", "day!", "minute! day!", "day! minute!", "minute! day! hour!", "hour! day!"])
        {
            problems.Of(isServersOwn: false, Statuses(other));
            problems.Of(isServersOwn: true, Statuses(other));
        }

        var details = problems.Of(isServersOwn, Statuses(statuses)).ToDetails();

        Assert.Equal(isServersOwn ? 503 : 429, details.Status);
        Assert.Equal(violated, details.Extensions["violated-policies"]!.ToString());
    }

    [Fact]
    public void Problem_AfterOneOfMoreQuotas_IsOfItsOwn()
    {
        var problems = new RejectionProblems();
        problems.Of(isServersOwn: false, Statuses("minute! day!"));

        var details = problems.Of(isServersOwn: false, Statuses("minute!")).ToDetails();

        Assert.Equal("""["minute"]""", details.Extensions["violated-policies"]!.ToString());
    }

    [Fact]
    public void Problem_OfTheSameQuotas_IsPutTogetherOnce()
    {
        var problems = new RejectionProblems();
        var first = problems.Of(isServersOwn: false, Statuses("minute!"));
        var second = problems.Of(isServersOwn: false, Statuses("day!"));

        Assert.Same(first, problems.Of(isServersOwn: false, Statuses("minute! day")));
        Assert.Same(second, problems.Of(isServersOwn: false, Statuses("minute day!")));
    }

    [Fact]
    public void Problems_OfAnyNumberOfNames_AreRightAndNotAllKept()
    {
        var problems = new RejectionProblems();
        for (var i = 0; i < 100; i++)
        {
            var name = i.ToString(CultureInfo.InvariantCulture);
            Assert.Equal($"[\"{name}\"]", problems.Of(isServersOwn: false, Statuses($"{name}!")).ToDetails().Extensions["violated-policies"]!.ToString());
        }

        Assert.Same(problems.Of(isServersOwn: false, Statuses("31!")), problems.Of(isServersOwn: false, Statuses("31!")));
        Assert.NotSame(problems.Of(isServersOwn: false, Statuses("32!")), problems.Of(isServersOwn: false, Statuses("32!")));
    }

    [Fact]
    public void Problems_AfterNamesHaveChanged_AreKeptAgain()
    {
        var problems = new RejectionProblems();
        for (var i = 0; i < 100; i++)
        {
            problems.Of(isServersOwn: false, Statuses($"{i}!"));
        }

        problems.Clear();

        Assert.Same(problems.Of(isServersOwn: false, Statuses("new!")), problems.Of(isServersOwn: false, Statuses("new!")));
    }

    /// <summary>Makes statuses of names; those with an exclamation mark are violated.</summary>
    private static QuotaStatus[] Statuses(string text) =>
    [
        .. text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(name => new QuotaStatus(
            new QuotaDescription(name.TrimEnd('!'), TimeSpan.FromMinutes(1)), 1, 0, isViolated: name.EndsWith('!'))),
    ];
}
