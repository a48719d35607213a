using System.Diagnostics;
using System.Net.Http.Json;
using MlNetSeqRec.Samples.RecommendApi;

namespace MlNetSeqRec.Samples.LoadTest;

/// <summary>The service in a process of its own, on a free port of the loopback interface.</summary>
internal sealed class Server : IDisposable
{
    private const string Sign = "Now listening on: ";

    private readonly Process _process;
    private readonly HttpClient _http = new();

    private Server(Process process, Uri address) => (_process, Address) = (process, address);

    public Uri Address { get; }

    public static async Task<Server> StartAsync(string model)
    {
        Process process = Process.Start(new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "RecommendApi.dll"), "--model", model, "--urls", "http://127.0.0.1:0"])
        {
            RedirectStandardOutput = true,
        })!;
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line.IndexOf(Sign, StringComparison.Ordinal) is >= 0 and int at)
            {
                _ = process.StandardOutput.ReadToEndAsync(); // its log must not fill the pipe
                var server = new Server(process, new Uri(line[(at + Sign.Length)..].Trim()));
                await server.MemoryAsync();
                return server;
            }
        }

        throw new InvalidOperationException($"The service did not start: it ended with {process.ExitCode}");
    }

    /// <summary>The server's resident memory, in bytes.</summary>
    /// <exception cref="InvalidOperationException">It serves nothing.</exception>
    public async Task<long> MemoryAsync()
    {
        using HttpResponseMessage response = await _http.GetAsync(new Uri(Address, "health"));
        Health health = (await response.Content.ReadFromJsonAsync<Health>())!;
        return health.Model is null ? throw new InvalidOperationException(health.Error) : health.MemoryBytes;
    }

    public void Dispose()
    {
        _http.Dispose();
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }
}
