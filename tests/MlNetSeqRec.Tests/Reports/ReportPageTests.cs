using Microsoft.Playwright;
using MlNetSeqRec.Experiments.Reports;

namespace MlNetSeqRec.Tests.Reports;

/// <summary>The page as a person has it: in a browser, from the disk.</summary>
[Collection(nameof(ReportPageTests))]
public sealed class ReportPageTests : IClassFixture<Browser>, IDisposable
{
    private readonly Browser _browser;
    private readonly Data.TemporaryFolder _folder = new();
    private readonly string _path;

    public ReportPageTests(Browser browser)
    {
        (_browser, _path) = (browser, _folder["report.html"]);
        ExperimentReport.Write(_path, Hostile.Content());
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1280, ColorScheme.Light)]
    [InlineData(1280, ColorScheme.Dark)]
    [InlineData(390, ColorScheme.Light)]
    [InlineData(390, ColorScheme.Dark)]
    public async Task ItFitsTheWindowAndFollowsTheTheme(int width, ColorScheme theme)
    {
        await using Browser.OpenPage opened = await _browser.Open(_path, width, theme);
        Assert.Equal(width, await opened.Page.EvaluateAsync<int>("Math.max(document.documentElement.scrollWidth, document.body.scrollWidth, innerWidth)"));
        Assert.Equal(theme == ColorScheme.Dark, await opened.Page.EvaluateAsync<bool>("getComputedStyle(document.body).backgroundColor.match(/\\d+/g).every(part => part < 60)"));
    }

    [Theory]
    [InlineData(1280, ColorScheme.Light)]
    [InlineData(390, ColorScheme.Dark)]
    public async Task ItIsAccessible(int width, ColorScheme theme)
    {
        await using Browser.OpenPage opened = await _browser.Open(_path, width, theme);
        foreach (ILocator details in await opened.Page.Locator("summary").AllAsync())
            await details.ClickAsync();
        Assert.Empty(await opened.Violations());
        Assert.Equal(width, await opened.Page.EvaluateAsync<int>("Math.max(document.documentElement.scrollWidth, document.body.scrollWidth, innerWidth)"));
    }

    [Fact]
    public async Task NothingIsAskedForAndNoTextBecomesMarkup()
    {
        await using Browser.OpenPage opened = await _browser.Open(_path);
        for (int shopper = 0; shopper < 12; shopper++)
            await opened.Page.GetByLabel("Shopper", new() { Exact = true }).SelectOptionAsync($"{shopper}");
        Assert.Equal([new Uri(_path).AbsoluteUri], opened.Requests);
        Assert.Empty(opened.Errors);
        Assert.Equal(0, await opened.Page.Locator("img").CountAsync());
        Assert.Equal(2, await opened.Page.Locator("script").CountAsync());
        Assert.True(await opened.Page.EvaluateAsync<bool>("window.hurt === undefined"));
        Assert.Equal("Models of " + Hostile.Title, await opened.Page.Locator("h1").TextContentAsync());
        Assert.Contains(Hostile.Title, await opened.Page.Locator("#history bdi").AllTextContentsAsync());
    }

    [Fact]
    public async Task ShoppersAreLookedAtByKeysAlone()
    {
        await using Browser.OpenPage opened = await _browser.Open(_path);
        ILocator shopper = opened.Page.GetByLabel("Shopper", new() { Exact = true }), outcome = opened.Page.GetByRole(AriaRole.Status);
        await shopper.FocusAsync();
        Assert.NotEqual("none", await shopper.EvaluateAsync<string>("element => getComputedStyle(element).outlineStyle"));
        Assert.Contains("was found: number 2 of 10", await outcome.TextContentAsync(), StringComparison.Ordinal);
        Assert.Equal(1, await opened.Page.Locator("tr.target").CountAsync());

        await opened.Page.Keyboard.PressAsync("ArrowDown");
        Assert.Equal("1", await shopper.InputValueAsync());
        Assert.Contains("was not found: it ranks 57.5", await outcome.TextContentAsync(), StringComparison.Ordinal);
        Assert.Equal(0, await opened.Page.Locator("tr.target").CountAsync());

        await opened.Page.Keyboard.PressAsync("ArrowDown");
        Assert.Contains("the shopper had it before", await outcome.TextContentAsync(), StringComparison.Ordinal);
        await opened.Page.Keyboard.PressAsync("ArrowUp");

        await opened.Page.Keyboard.PressAsync("Tab");
        await opened.Page.Keyboard.PressAsync("Tab");
        for (int i = 0; i < 4; i++)
            await opened.Page.Keyboard.PressAsync("Enter"); // on "Next"
        Assert.Equal("5", await shopper.InputValueAsync());
        Assert.Equal("… and 1,234 before these.", await opened.Page.Locator("#earlier").TextContentAsync());
        string[] last = [.. await opened.Page.Locator("#recommended tr").Last.Locator("th, td").AllTextContentsAsync()];
        Assert.Equal(("10", "–"), (last[0], last[2]));

        ILocator show = opened.Page.GetByLabel("Show", new() { Exact = true });
        await show.FocusAsync();
        await opened.Page.Keyboard.PressAsync("ArrowDown");
        Assert.Equal(4, await shopper.Locator("option").CountAsync());
        Assert.Equal("0", await shopper.InputValueAsync());
        Assert.True(await opened.Page.GetByRole(AriaRole.Button, new() { Name = "Previous" }).IsDisabledAsync());
    }

    [Fact]
    public async Task WithoutShoppersThatAreFoundTheChoiceIsEmpty()
    {
        ReportContent content = Hostile.Content();
        ExperimentReport.Write(_path, content with { Shoppers = [content.Shoppers[1]] });
        await using Browser.OpenPage opened = await _browser.Open(_path);
        await opened.Page.GetByLabel("Show", new() { Exact = true }).SelectOptionAsync("found");
        Assert.Equal("No shopper is like that.", await opened.Page.GetByRole(AriaRole.Status).TextContentAsync());
        Assert.Equal(0, await opened.Page.Locator("#recommended tr").CountAsync());
        Assert.Empty(opened.Errors);
    }
}
