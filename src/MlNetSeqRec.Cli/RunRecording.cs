using System.CommandLine;
using Microsoft.ML;
using Microsoft.ML.Data;
using MlNetSeqRec.Experiments.Scaling;

namespace MlNetSeqRec.Cli;

/// <summary>The options by which train adds a record of itself to a run store.</summary>
internal sealed class RunRecording
{
    private readonly Option<string?> _store = new("--runs") { Description = "Run store (a folder) to add a record of this training to" };
    private readonly Option<string?> _id = new("--run-id") { Description = "The record's name; by default made from the time. A record of the same name is replaced" };
    private readonly Option<string?> _corpus = new("--corpus") { Description = "What --data is a sample of, for the record: runs of one corpus are compared" };

    public Option[] Options => [_store, _id, _corpus];

    public void Append(
        ParseResult parsed, Context context, TrainingSummary summary, SequentialTransformerOptions options, string data, string? validation, DateTimeOffset started)
    {
        if (parsed.GetValue(_store) is not { } store)
            return;
        IDataView interactions = MlNetSeqRec.Data.SequentialDataLoading.LoadInteractions(context.Recommendation.Data, data);
        long users = interactions.GetColumn<string>("UserId").Distinct(StringComparer.Ordinal).LongCount();
        string id = parsed.GetValue(_id) ?? $"{started:yyyyMMddHHmmss}-{Guid.NewGuid().ToString("N")[..6]}";
        new RunStore(store).Append(TrainedRun.Record(id, summary, options, data, validation, parsed.GetValue(_corpus), users, started));
    }
}
