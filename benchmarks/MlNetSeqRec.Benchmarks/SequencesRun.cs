using Microsoft.ML;
using MlNetSeqRec.Data;

namespace MlNetSeqRec.Benchmarks;

/// <summary>
/// From the interactions of a folder to what training works on: the histories of the training part and those of the validation part
/// as indices, through the same steps as <c>seqrec train</c>.
/// </summary>
internal static class SequencesRun
{
    public static void Start(Arguments args)
    {
        SequentialRecommendationCatalog rec = new MLContext(1).SequentialRecommendation();
        var clock = new Watch();
        SequenceSplit split = rec.Data.LeaveOneOutSplit(rec.Data.LoadInteractions(args.Text("data", "data")));
        var index = new Dictionary<string, int>(StringComparer.Ordinal);
        var lookup = index.GetAlternateLookup<ReadOnlySpan<char>>();
        IDataView histories = rec.Transforms.BuildSequences().Fit(split.Train).Transform(split.Train);
        var training = EncodedHistories.Read(histories, "History", null, IndexOf);
        var validation = EncodedHistories.Read(split.Validation, "History", "Target", IndexOf);
        long events = training.Items.LongLength + (2L * validation.Count);
        double seconds = clock.Seconds;
        Console.WriteLine($"{events:N0} interactions of {training.Count:N0} users with {index.Count:N0} items in {seconds:F1} s, {events / seconds:N0} rows/s; {clock}");
        long held = GC.GetTotalMemory(forceFullCollection: true);
        Console.WriteLine($"held at the end: {held / 1e9:F2} GB, {held / (double)events:F1} bytes for an interaction");
        GC.KeepAlive(split);
        GC.KeepAlive(training);
        GC.KeepAlive(validation);
        GC.KeepAlive(histories);

        int IndexOf(ReadOnlyMemory<char> id)
        {
            if (!lookup.TryGetValue(id.Span, out int known))
                index.Add(id.ToString(), known = index.Count);
            return known;
        }
    }
}
