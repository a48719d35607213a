// Loads samples/RecommendApi, in a process of its own, on the loopback interface, and checks every answer:
//   dotnet run -c Release --project samples/LoadTest -- --items 12000 --seconds 10 --requests 100000
// Clients and server share this machine's cores, so that a server of its own would answer more.
using System.Globalization;
using MlNetSeqRec.Samples.LoadTest;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
int Argument(string name, int otherwise) => Array.IndexOf(args, name) is >= 0 and int at ? int.Parse(args[at + 1], CultureInfo.InvariantCulture) : otherwise;
int items = Argument("--items", 12_000), seconds = Argument("--seconds", 10), requests = Argument("--requests", 100_000);

string folder = Directory.CreateTempSubdirectory("seqrec-load-").FullName;
try
{
    Console.WriteLine($"Training two models of {items:N0} items …");
    var models = new TwoModels(folder, items);
    string served = Path.Combine(folder, "model.zip");
    TwoModels.Replace(models.Paths[0], served);
    using Server server = await Server.StartAsync(served);
    using var clients = new Clients(server.Address, models);
    await clients.RunAsync(2, TimeSpan.FromSeconds(3), long.MaxValue); // the first requests are compiled as they run

    Console.WriteLine($"{Environment.ProcessorCount} cores for server and clients; histories of {models.Histories.Average(history => history.Length):f1} items on average, k = 10");
    foreach (int count in new[] { 1, 8, 64 })
        Console.WriteLine($"{count,2} clients: {await clients.RunAsync(count, TimeSpan.FromSeconds(seconds), long.MaxValue)}");

    Console.WriteLine($"{requests:N0} requests, 8 clients; the server's resident memory before, and after each tenth:");
    var memory = new List<long> { await server.MemoryAsync() };
    LoadResult total = LoadResult.None;
    for (int part = 0; part < 10; part++)
    {
        total += await clients.RunAsync(8, TimeSpan.FromMinutes(10), requests / 10);
        memory.Add(await server.MemoryAsync());
    }

    Console.WriteLine($"  {string.Join(" ", memory.Select(bytes => $"{bytes / 1e6:f0}"))} MB");
    Console.WriteLine($"  {total}");

    Console.WriteLine($"The model is replaced each second for {seconds} s, once by a broken file:");
    using var stop = new CancellationTokenSource();
    Task<int> swaps = SwapAsync();
    LoadResult swapped = await clients.RunAsync(8, TimeSpan.FromSeconds(seconds), long.MaxValue);
    await stop.CancelAsync();
    int made = await swaps;
    await Task.Delay(1500);
    Console.WriteLine($"  {swapped}, {made} swaps; afterwards {await server.MemoryAsync() / 1e6:f0} MB");
    bool isFlat = memory[^1] < 1.1 * memory[memory.Count / 2];
    Console.WriteLine(isFlat && swapped.Models == 2 && total.Wrong + swapped.Wrong == 0 ? "ok" : "FAILED");
    return isFlat && swapped.Models == 2 && total.Wrong + swapped.Wrong == 0 ? 0 : 1;

    async Task<int> SwapAsync()
    {
        int done = 0;
        string broken = Path.Combine(folder, "broken.zip");
        await File.WriteAllBytesAsync(broken, (await File.ReadAllBytesAsync(models.Paths[0]))[..5000]);
        while (!stop.IsCancellationRequested)
        {
            TwoModels.Replace(done == 3 ? broken : models.Paths[(done + 1) % 2], served);
            done++;
            await Task.Delay(1000);
        }

        return done;
    }
}
finally
{
    Directory.Delete(folder, recursive: true);
}
