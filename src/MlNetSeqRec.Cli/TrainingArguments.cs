using System.CommandLine;
using MlNetSeqRec.Data;

namespace MlNetSeqRec.Cli;

/// <summary>The options that every verb that trains takes: how long, how fast, on what share of the users.</summary>
internal sealed class TrainingArguments
{
    private static readonly SequentialTransformerOptions _defaults = new();

    private readonly Option<int> _epochs = new("--epochs") { Description = "Most passes over the data", DefaultValueFactory = _ => _defaults.Epochs };
    private readonly Option<int> _patience = new("--patience") { Description = "Epochs without a better validation NDCG@10 before training stops", DefaultValueFactory = _ => _defaults.Patience };
    private readonly Option<int> _batch = new("--batch") { Description = "Positions trained in one step", DefaultValueFactory = _ => _defaults.PositionsPerBatch };
    private readonly NegativeOptions _negatives = new();
    private readonly Option<double?> _dropout = new("--dropout") { Description = "Share of values dropped in training; by default 0.5, or 0.3 where items have 100 events or more on average" };
    private readonly Option<double> _tokenDropout = new("--token-dropout") { Description = "Share of text tokens dropped in training", DefaultValueFactory = _ => _defaults.TokenDropout };
    private readonly Option<double> _idDropout = new("--id-dropout") { Description = "Share of items that a step knows by their text alone, so that text carries items that training never sees" };
    private readonly Option<double> _rate;
    private readonly Option<bool> _leaveOutNew = new("--leave-out-new-items") { Description = "Items without an event in training do not compete with targets, where the loss is over the whole catalogue" };
    private readonly Option<double> _tokenRate = new("--token-rate") { Description = "What the learning rate of the token table is multiplied by", DefaultValueFactory = _ => _defaults.TokenRate };
    private readonly Option<bool> _noTransitions = new("--no-transitions") { Description = "Add nothing for what came soon after the latest items" };
    private readonly Option<bool> _noTexts = new("--no-text-similarity") { Description = "Add nothing for texts like the latest items'" };
    private readonly Option<double> _decay = new("--weight-decay") { Description = "Decay of the matrices' weights", DefaultValueFactory = _ => _defaults.WeightDecay };
    private readonly Option<int> _warmUp = new("--warm-up") { Description = "Steps over which the learning rate rises", DefaultValueFactory = _ => _defaults.WarmUpSteps };
    private readonly Option<TrainingPrecision> _precision = new("--precision") { Description = "What the network is computed in: Single, or BFloat16 on a GPU", DefaultValueFactory = _ => _defaults.Precision };
    private readonly Option<bool> _noRecordings = new("--no-recordings") { Description = "Start a GPU's operations one at a time, in place of whole steps by recordings (CUDA graphs)" };
    private readonly Option<double?> _limit = new("--time-limit") { Description = "Most seconds to train" };
    private readonly Option<bool> _resume = new("--resume") { Description = "Go on from the checkpoint of a run that was stopped" };
    private readonly Option<double> _share = new("--users-share") { Description = "Train and validate on this share of the users, drawn by --seed; evaluate still tests all of them", DefaultValueFactory = _ => 1 };

    /// <param name="learningRate">The verb's own default, for its help.</param>
    public TrainingArguments(double learningRate) =>
        _rate = new("--learning-rate") { Description = "Peak learning rate", DefaultValueFactory = _ => learningRate };

    public IEnumerable<Option> Options =>
        [_epochs, _patience, _batch, .. _negatives.All, _dropout, _tokenDropout, _idDropout, _rate, _tokenRate, _leaveOutNew, _noTransitions, _noTexts, _decay, _warmUp, _precision, _noRecordings, _limit, _resume, _share];

    /// <summary>Puts what was given into the options, which else keep what they have; the checkpoint is beside the model.</summary>
    public void Apply(ParseResult parsed, string path, SequentialTransformerOptions options, CancellationToken cancellation)
    {
        parsed.IfGiven(_epochs, value => options.Epochs = value);
        parsed.IfGiven(_patience, value => options.Patience = value);
        parsed.IfGiven(_batch, value => options.PositionsPerBatch = value);
        _negatives.Set(parsed, options);
        parsed.IfGiven(_dropout, value => options.Dropout = value);
        parsed.IfGiven(_tokenDropout, value => options.TokenDropout = value);
        parsed.IfGiven(_idDropout, value => options.IdDropout = value);
        parsed.IfGiven(_rate, value => options.LearningRate = value);
        parsed.IfGiven(_leaveOutNew, value => options.LeaveOutItemsWithoutEvents = value);
        parsed.IfGiven(_noTransitions, value => options.Transitions = !value);
        parsed.IfGiven(_noTexts, value => options.TextSimilarity = !value);
        parsed.IfGiven(_tokenRate, value => options.TokenRate = value);
        parsed.IfGiven(_decay, value => options.WeightDecay = value);
        parsed.IfGiven(_warmUp, value => options.WarmUpSteps = value);
        parsed.IfGiven(_precision, value => options.Precision = value);
        options.RecordSteps = !parsed.GetValue(_noRecordings);
        options.TimeLimit = parsed.GetValue(_limit) is { } seconds ? TimeSpan.FromSeconds(seconds) : null;
        options.CheckpointFolder = path + ".checkpoint";
        options.Resume = parsed.GetValue(_resume);
        options.CancellationToken = cancellation;
    }

    /// <summary>The share of users that was asked for.</summary>
    public double Share(ParseResult parsed) => parsed.GetValue(_share);

    /// <summary>The split of a folder's interactions, with a share of its users to train and validate on.</summary>
    public static SequenceSplit Split(Context context, string folder, double usersShare, double coldItems = 0)
    {
        SequenceSplit split = context.Recommendation.Data.LeaveOneOutSplit(context.Recommendation.Data.LoadInteractions(folder), coldItems: coldItems);
        return usersShare == 1 ? split : split.ShareOfUsers(usersShare, context.Seed);
    }

    public static Option<string> Items(string byDefault)
    {
        var items = new Option<string>("--items") { Description = $"What item vectors are made from: id, text or id+text; {byDefault}" };
        items.AcceptOnlyFromAmong("id", "text", "id+text");
        return items;
    }

    public static ItemEncoding Parse(string? items) => items switch
    {
        "id" => ItemEncoding.Id,
        "text" => ItemEncoding.Text,
        "id+text" => ItemEncoding.IdAndText,
        _ => ItemEncoding.Auto,
    };
}
