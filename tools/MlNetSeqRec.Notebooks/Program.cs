// dotnet run -c Release --project tools/MlNetSeqRec.Notebooks -- make|check [NN …]
// Makes notebooks from their sources by running them, or tells which differ from their sources. NN chooses by number.
using System.Diagnostics;
using MlNetSeqRec.Notebooks;

if (args is not ["make" or "check", ..])
{
    Console.Error.WriteLine("Usage: make [NN …] | check [NN …], in the repository's folder");
    return 2;
}

try
{
    Directory.SetCurrentDirectory("notebooks");
    string[] chosen = [.. new NotebookFolder(Directory.GetCurrentDirectory()).Sources.Where(source => args.Length == 1 || args.Skip(1).Any(number => Path.GetFileName(source).StartsWith(number, StringComparison.Ordinal)))];
    int different = 0;
    foreach (string source in chosen)
    {
        if (args[0] == "make")
        {
            var clock = Stopwatch.StartNew();
            await NotebookFolder.MakeAsync(source);
            Console.WriteLine($"{Path.GetFileName(NotebookFolder.NotebookOf(source))}: {clock.Elapsed.TotalSeconds:f1} s");
        }
        else if (NotebookFolder.Difference(source) is { } difference)
        {
            Console.WriteLine(difference);
            different++;
        }
    }

    return different == 0 ? 0 : 1;
}
catch (Exception e) when (e is IOException or InvalidDataException or NotebookException)
{
    Console.Error.WriteLine(e.Message);
    return 2;
}
