using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace MlNetSeqRec.Tests.Reports;

/// <summary>A headless Chromium of the machine's own, shared by the tests of a class; null where there is none.</summary>
public sealed class Browser : IAsyncLifetime
{
    private static readonly string[] _places = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome", "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"];

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public async ValueTask InitializeAsync()
    {
        if (Environment.GetEnvironmentVariable("SEQREC_CHROMIUM") is not { Length: > 0 } program)
            program = _places.FirstOrDefault(File.Exists) ?? string.Empty;
        if (program.Length == 0)
            return;
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new() { ExecutablePath = program, Args = ["--no-sandbox", "--disable-dev-shm-usage"] });
    }

    /// <summary>Opens a file, with any request for something else written down, and any error of its script.</summary>
    public async Task<OpenPage> Open(string path, int width = 1280, ColorScheme theme = ColorScheme.Light)
    {
        Assert.SkipWhen(_browser is null, "There is no Chromium: install Debian's package chromium, or name one in SEQREC_CHROMIUM");
        IBrowserContext context = await _browser!.NewContextAsync(new() { ViewportSize = new() { Width = width, Height = 900 }, ColorScheme = theme });
        IPage page = await context.NewPageAsync();
        var opened = new OpenPage(page);
        page.Request += (_, request) => opened.Requests.Add(request.Url);
        page.PageError += (_, error) => opened.Errors.Add(error);
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
                opened.Errors.Add(message.Text);
        };
        await page.GotoAsync(new Uri(path).AbsoluteUri);
        return opened;
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
            await _browser.DisposeAsync();
        _playwright?.Dispose();
    }

    /// <summary>A page and what happened in it.</summary>
    public sealed record OpenPage(IPage Page) : IAsyncDisposable
    {
        public List<string> Requests { get; } = [];

        public List<string> Errors { get; } = [];

        /// <summary>What the rules of accessibility find wrong, each as one line.</summary>
        public async Task<string[]> Violations()
        {
            AxeResult found = await Page.RunAxe();
            return [.. found.Violations.SelectMany(violation => violation.Nodes.Select(node => $"{violation.Id}: {node.Html}"))];
        }

        public ValueTask DisposeAsync() => new(Page.Context.CloseAsync());
    }
}
