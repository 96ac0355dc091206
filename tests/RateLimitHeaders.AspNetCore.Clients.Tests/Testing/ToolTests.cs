namespace RateLimitHeaders.AspNetCore.Clients.Tests;

public class ToolTests
{
    [Fact]
    public void Find_NoNodeOnThePath_ThrowsWithWhatToInstall()
    {
        var thrown = Assert.Throws<InvalidOperationException>(() => NodeTools.Node.Find(path: "/nowhere"));

        Assert.Equal(
            "The tests run HTTP clients from npm, and there is no node on this machine: install Node.js 20 or newer with npm "
            + "(on Debian: apt-get install nodejs npm).",
            thrown.Message);
    }

    [Fact]
    public void Find_NoChromiumOnThePath_ThrowsWithWhatToInstall()
    {
        var thrown = Assert.Throws<InvalidOperationException>(() => Chromium.Tool.Find(path: "/nowhere"));

        Assert.Equal(
            "The tests run scripts in a browser, and there is no chromium or chromium-browser or google-chrome on this machine: "
            + "install Chromium (on Debian: apt-get install chromium).",
            thrown.Message);
    }

    [Fact]
    public void Find_OneOfTheFolders_IsWhereItIs() =>
        Assert.Equal("/bin/sh", new Tool(["no-such-shell", "sh"], "", "").Find(path: "/nowhere:/bin"));

    [Theory]
    [InlineData("v20.0.0\n")]
    [InlineData("v26.1.0\n")]
    public void ThrowIfTooOld_NewEnough_DoesNot(string version) => NodeTools.ThrowIfTooOld(version);

    [Fact]
    public void ThrowIfTooOld_OlderVersion_ThrowsWithWhatToInstall()
    {
        var thrown = Assert.Throws<InvalidOperationException>(() => NodeTools.ThrowIfTooOld("v18.20.4\n"));

        Assert.Equal(
            "The tests run HTTP clients from npm, and the Node.js of this machine is v18.20.4: install Node.js 20 or newer with npm "
            + "(on Debian: apt-get install nodejs npm).",
            thrown.Message);
    }
}
