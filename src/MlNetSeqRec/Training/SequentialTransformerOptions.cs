using Microsoft.ML;

namespace MlNetSeqRec;

/// <summary>
/// Options of <see cref="SequentialTransformerTrainer"/>. The defaults are a recipe for catalogues and histories like
/// Amazon's or MovieLens': a narrow, shallow network with much dropout.
/// </summary>
public sealed class SequentialTransformerOptions
{
    /// <summary>The histories: a vector of text or of keys, oldest item first.</summary>
    public string HistoryColumn { get; set; } = "History";

    /// <summary>The output column with the recommended items.</summary>
    public string RecommendedItemsColumn { get; set; } = "RecommendedItems";

    /// <summary>The output column with their scores, best first.</summary>
    public string ScoreColumn { get; set; } = "Score";

    /// <summary>The item that came next, in <see cref="ValidationData"/> and in data that is to be evaluated.</summary>
    public string TargetColumn { get; set; } = "Target";

    /// <summary>How many items are recommended.</summary>
    public int RecommendationCount { get; set; } = 10;

    /// <summary>The catalogue: ItemId and, where known, Title, Brand and Categories, all text. Items that only the histories know are added without text.</summary>
    public IDataView? Items { get; set; }

    /// <summary>
    /// Histories and targets by which the best epoch is chosen; without them the last epoch's weights are kept. Where users × items are more
    /// than 20 billion every so-manieth user is asked.
    /// </summary>
    public IDataView? ValidationData { get; set; }

    /// <summary>What an item's vector is made from.</summary>
    public ItemEncoding ItemEncoding { get; set; } = ItemEncoding.Auto;

    /// <summary>Transformer blocks.</summary>
    public int Layers { get; set; } = 2;

    /// <summary>Width of item vectors and states; a multiple of <see cref="Heads"/>.</summary>
    public int Width { get; set; } = 128;

    /// <summary>Attention heads.</summary>
    public int Heads { get; set; } = 4;

    /// <summary>How many of the latest items the network looks at.</summary>
    public int MaximumLength { get; set; } = 50;

    /// <summary>Share of values dropped in training, from inputs and from each block's outputs. Null: 0.5, or 0.3 where items have 100 events or more on average.</summary>
    public double? Dropout { get; set; }

    /// <summary>Share of text tokens dropped in training.</summary>
    public double TokenDropout { get; set; } = 0.2;

    /// <summary>
    /// Share of items that a training step knows by their text alone, as a trained model knows items that it never saw. Used
    /// with <see cref="ItemEncoding.IdAndText"/>; items without text keep their ids.
    /// </summary>
    public double IdDropout { get; set; }

    /// <summary>What turns the items' text into tokens; null learns one from the catalogue's text.</summary>
    public ItemTokenizer? Tokenizer { get; set; }

    /// <summary>Pieces in the vocabulary that is learnt from the catalogue's text, where no <see cref="Tokenizer"/> is given.</summary>
    public int VocabularySize { get; set; } = 8000;

    /// <summary>Negatives drawn for each batch; 0 ranks the target against the whole catalogue; null decides by its size.</summary>
    public int? Negatives { get; set; }

    /// <summary>How the vectors of an item's tokens become one.</summary>
    public TextPooling Pooling { get; set; }

    /// <summary>How that becomes the item's text vector.</summary>
    public TextAdapter Adapter { get; set; }

    /// <summary>Whether norms follow each block's sums (as in SRT), in place of coming before its operations.</summary>
    public bool PostNorm { get; set; }

    /// <summary>
    /// Items are compared by cosine similarity, divided by this; 0 compares by dot product. Lower values make the differences
    /// between items count more.
    /// </summary>
    public double Temperature { get; set; } = 0.07;

    /// <summary>
    /// Whether the items that a shopper had before do not compete with the next one in training (loss over the whole catalogue
    /// only). Better where recommendations leave them out, worse where they are to be recommended again.
    /// </summary>
    public bool LeaveOutEarlierItems { get; set; } = true;

    /// <summary>
    /// Whether items that have no event in training do not compete with targets (loss over the whole catalogue only): nothing says that
    /// they are not wanted, and where they compete what is learnt of them is that their text is never right.
    /// </summary>
    public bool LeaveOutItemsWithoutEvents { get; set; }

    /// <summary>
    /// Networks that are trained one after another from different seeds, and whose scores are added up: better rankings for as
    /// many times the training time and, when recommending, the arithmetic. Within <see cref="TimeLimit"/> as many as there is time for.
    /// </summary>
    public int Members { get; set; } = 1;

    /// <summary>
    /// Whether what came soon after the five latest items in training adds to the scores: of each weight × ln(1 + Σ 1 / steps) over all
    /// times that it came at most three steps later, and for each item decay times as much as for the one after it. Weight and decay
    /// are the best on the validation data, or nothing; without validation data nothing is added.
    /// </summary>
    public bool Transitions { get; set; } = true;

    /// <summary>
    /// Whether items with texts like those of the five latest items gain weight × the cosine of their TF-IDF vectors, the hundred nearest
    /// of each (fewer beyond 100,000 items); the weight is chosen as that of <see cref="Transitions"/>, beside it, with the same decay. It
    /// finds items that few or no shoppers had. Only where the model has text, and at most 2 million items.
    /// </summary>
    public bool TextSimilarity { get; set; } = true;

    /// <summary>How negatives are drawn.</summary>
    public NegativeSampling NegativeSampling { get; set; } = NegativeSampling.Popularity;

    /// <summary>
    /// The share of negatives that <see cref="NegativeSampling.CoCounts"/> and <see cref="NegativeSampling.Nearest"/> draw by
    /// popularity, and <see cref="NegativeSampling.Mixed"/> uniformly.
    /// </summary>
    public double RandomShare { get; set; } = 0.5;

    /// <summary>
    /// Added to each item's count where negatives are drawn by popularity. 1, as in SRT, draws items that training never saw
    /// too; 0 does not.
    /// </summary>
    public double PopularitySmoothing { get; set; } = 1;

    /// <summary>How many neighbours of an item <see cref="NegativeSampling.Nearest"/> draws from.</summary>
    public int NearestPool { get; set; } = 300;

    /// <summary>How many nearer ones it passes over.</summary>
    public int NearestDiscard { get; set; } = 100;

    /// <summary>
    /// Whether the network begins as similarity of texts to the latest item, rare words counting most, and not at random. It makes no
    /// difference where there are many data, and keeps items findable that few or no shoppers had where there are few. Needs text.
    /// </summary>
    public bool LexicalStart { get; set; }

    /// <summary>What the learning rate of the token table is multiplied by; below 1 keeps more of what it began as.</summary>
    public double TokenRate { get; set; } = 1;

    /// <summary>Which scores are corrected for how negatives are drawn.</summary>
    public LogQCorrection LogQ { get; set; } = LogQCorrection.All;

    /// <summary>Most passes over the data.</summary>
    public int Epochs { get; set; } = 100;

    /// <summary>Epochs without a better validation NDCG@10 after which training stops.</summary>
    public int Patience { get; set; } = 10;

    /// <summary>Most time to train, validation included; null for no limit.</summary>
    public TimeSpan? TimeLimit { get; set; }

    /// <summary>Positions trained in one step, padding included, by each rank of a <see cref="ProcessGroup"/>. They go through the network together while they fit in the device's memory, else in parts.</summary>
    public int PositionsPerBatch { get; set; } = 4096;

    /// <summary>
    /// Most positions that go through the network together; a step of more adds up the gradients of its parts, with the same
    /// result but for rounding. Null: all, and less (said in the progress) when the device's memory runs out.
    /// </summary>
    public int? PositionsPerPass { get; set; }

    /// <summary>What the transformer blocks and the scores are computed in; weights and optimizer are always in single precision. Measured on an H200, bfloat16 is 1.1 to 1.3 times as fast once its first epoch, which takes some seconds longer, is over.</summary>
    public TrainingPrecision Precision { get; set; } = TrainingPrecision.Single;

    /// <summary>
    /// Whether a step with drawn negatives updates only the rows of the id table that it used, in place of all of them (whose
    /// running means would go on moving them). Null: from 50,000 items on a CPU and 1,000,000 on a GPU, where it saves time.
    /// </summary>
    public bool? RowUpdates { get; set; }

    /// <summary>
    /// Whether a GPU's steps are recorded as CUDA graphs and run from these where batches have the same lengths as before: the same
    /// results, several times as fast for small networks. It needs Linux, the first of the GPUs that CUDA_VISIBLE_DEVICES shows, and half of its memory free; elsewhere it changes nothing.
    /// </summary>
    public bool RecordSteps { get; set; } = true;

    /// <summary>Peak learning rate of AdamW.</summary>
    public double LearningRate { get; set; } = 1e-3;

    /// <summary>Steps over which the learning rate rises to its peak.</summary>
    public int WarmUpSteps { get; set; } = 50;

    /// <summary>Decay of the matrices' weights (AdamW, decoupled).</summary>
    public double WeightDecay { get; set; } = 0.01;

    /// <summary>Largest norm of all gradients together; 0 switches clipping off.</summary>
    public double GradientClipping { get; set; } = 1;

    /// <summary>The seed of everything random. (The seed of an <see cref="MLContext"/> cannot be read from it.)</summary>
    public int Seed { get; set; } = 1;

    /// <summary>auto, cpu, cuda or cuda:N. Auto follows <c>MLContext.GpuDeviceId</c> where it is set (the CPU where that is negative), else takes CUDA where there is one.</summary>
    public string Device { get; set; } = "auto";

    /// <summary>A folder for a checkpoint after each epoch, every ten minutes, and when training is stopped; null writes none. One run at a time may use it.</summary>
    public string? CheckpointFolder { get; set; }

    /// <summary>Whether to go on from the checkpoint in <see cref="CheckpointFolder"/> where there is one.</summary>
    public bool Resume { get; set; }

    /// <summary>
    /// The ranks that train together; null for this process by itself. N ranks train as one would with N times the
    /// <see cref="PositionsPerBatch"/> and the same learning rate, each on its share of every step's histories; with dropout other values
    /// are dropped. All get the model; the first alone uses <see cref="CheckpointFolder"/> and <see cref="Progress"/>.
    /// </summary>
    public ProcessGroup? ProcessGroup { get; set; }

    /// <summary>Told about once a second, and at the end of each epoch.</summary>
    public IProgress<TrainingProgress>? Progress { get; set; }

    /// <summary>
    /// Stops the training after the current step; Fit then throws <see cref="OperationCanceledException"/>. With a
    /// <see cref="CheckpointFolder"/> a checkpoint is written before, from which a run with <see cref="Resume"/> goes on to the
    /// same result.
    /// </summary>
    public CancellationToken CancellationToken { get; set; }

    /// <summary>The options of a named recipe, to which others can be added.</summary>
    public static SequentialTransformerOptions Preset(SequentialTransformerPreset preset) => preset switch
    {
        SequentialTransformerPreset.Small => new() { Width = 64, Heads = 2 },
        SequentialTransformerPreset.Large => new() { Members = 4, MaximumLength = 200 },
        SequentialTransformerPreset.Srt => new()
        {
            ItemEncoding = ItemEncoding.Text,
            Pooling = TextPooling.Sum,
            Adapter = TextAdapter.Linear,
            PostNorm = true,
            Temperature = 0,
            LeaveOutEarlierItems = false,
            Transitions = false,
            TextSimilarity = false,
            Width = 64,
            Heads = 2,
            Dropout = 0.5,
            TokenDropout = 0,
            Negatives = 300,
            LearningRate = 1e-4,
            WeightDecay = 1e-5,
            GradientClipping = 0,
        },
        _ => new(),
    };

    internal bool AddsGains => Transitions || TextSimilarity;

    internal SequentialTransformerOptions Copy() => (SequentialTransformerOptions)MemberwiseClone();

    internal void Check() => OptionChecks.Check(this);
}
