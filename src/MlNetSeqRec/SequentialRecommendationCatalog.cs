using Microsoft.ML;

namespace MlNetSeqRec;

/// <summary>The front door: <c>mlContext.SequentialRecommendation()</c>.</summary>
public static class SequentialRecommendationExtensions
{
    /// <summary>Gives the operations for sequential recommendation that belong to <paramref name="mlContext"/>.</summary>
    public static SequentialRecommendationCatalog SequentialRecommendation(this MLContext mlContext)
    {
        ArgumentNullException.ThrowIfNull(mlContext);
        return new SequentialRecommendationCatalog(mlContext);
    }

    /// <summary>
    /// Says where models that are loaded go, and trainings whose Device is auto: sets <see cref="MLContext.GpuDeviceId"/> (-1 for the
    /// CPU) and <see cref="MLContext.FallbackToCpu"/>. A device that is not there is refused when it is needed.
    /// </summary>
    /// <param name="mlContext">The context.</param>
    /// <param name="device">auto, cpu, cuda or cuda:N.</param>
    /// <exception cref="ArgumentException">It is none of these.</exception>
    public static void UseDevice(this MLContext mlContext, string device)
    {
        ArgumentNullException.ThrowIfNull(mlContext);
        mlContext.GpuDeviceId = Devices.Parse(device);
        mlContext.FallbackToCpu = device == "auto";
    }
}

/// <summary>Operations for sequential recommendation: data, transforms, trainers and evaluation.</summary>
public sealed partial class SequentialRecommendationCatalog
{
    internal SequentialRecommendationCatalog(MLContext context)
    {
        Data = new SequentialDataCatalog(context);
        Transforms = new SequentialTransformsCatalog();
        Trainers = new SequentialTrainersCatalog(context);
    }

    /// <summary>Loading and splitting interactions. MlNetSeqRec.Data adds readers for raw files.</summary>
    public SequentialDataCatalog Data { get; }

    /// <summary>Steps that prepare histories.</summary>
    public SequentialTransformsCatalog Transforms { get; }

    /// <summary>Trainers of models that recommend from histories.</summary>
    public SequentialTrainersCatalog Trainers { get; }
}

/// <summary>Loading and splitting of interactions.</summary>
public sealed class SequentialDataCatalog
{
    internal SequentialDataCatalog(MLContext context) => Context = context;

    /// <summary>The context that the data views belong to.</summary>
    public MLContext Context { get; }

    /// <summary>
    /// Holds out each user's last event for testing and the one before it for validation. Users with fewer than three
    /// events are for training only. Events of the same time keep the order of the rows.
    /// </summary>
    /// <param name="interactions">One row for each event.</param>
    /// <param name="userColumn">The user: text, a key or a whole number.</param>
    /// <param name="itemColumn">The item: text, a key or a whole number.</param>
    /// <param name="timeColumn">The time: a number that grows with time, or a date; null where the rows are in order.</param>
    /// <param name="coldItems">
    /// A share of the items, drawn by their ids, whose events are removed but for the users' last: test targets that training
    /// knows nothing of. Take them from the catalogue that is trained with too (<see cref="WithoutColdItems"/>).
    /// </param>
    public SequenceSplit LeaveOneOutSplit(
        IDataView interactions, string userColumn = "UserId", string itemColumn = "ItemId", string? timeColumn = "Timestamp", double coldItems = 0)
    {
        CheckShare(coldItems);
        Lazy<UserSequences> all = Read(interactions, userColumn, itemColumn, timeColumn);
        return SequenceSplit.LeaveOneOut(coldItems == 0 ? all : new(() => ColdItems.RemoveFrom(all.Value, coldItems)), timeColumn is not null);
    }

    /// <summary>A catalogue without the items that <see cref="LeaveOneOutSplit"/> with the same share keeps from training.</summary>
    /// <param name="items">The items, with ids (text) in column ItemId.</param>
    /// <param name="coldItems">The share.</param>
    public IDataView WithoutColdItems(IDataView items, double coldItems)
    {
        ArgumentNullException.ThrowIfNull(items);
        CheckShare(coldItems);
        return Context.Data.FilterByCustomPredicate<ItemRow>(items, row => ColdItems.Contains(row.ItemId, coldItems));
    }

    private static void CheckShare(double coldItems)
    {
        if (coldItems is not (>= 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(coldItems), coldItems, "The share of cold items must be from 0 to below 1");
    }

    private sealed class ItemRow
    {
        public string ItemId { get; set; } = "";
    }

    /// <summary>
    /// Trains on what came before a point in time. A user's first event after it is a target; the last share of all
    /// events is for testing and the share before it for validation.
    /// </summary>
    /// <param name="interactions">One row for each event.</param>
    /// <param name="validationShare">Share of all events, by time.</param>
    /// <param name="testShare">Share of all events, by time.</param>
    /// <param name="userColumn">The user: text, a key or a whole number.</param>
    /// <param name="itemColumn">The item: text, a key or a whole number.</param>
    /// <param name="timeColumn">The time: a number that grows with time, or a date.</param>
    public SequenceSplit TimeSplit(
        IDataView interactions,
        double validationShare = 0.1,
        double testShare = 0.1,
        string userColumn = "UserId",
        string itemColumn = "ItemId",
        string timeColumn = "Timestamp")
    {
        if (validationShare < 0 || testShare <= 0 || validationShare + testShare >= 1)
            throw new ArgumentOutOfRangeException(nameof(testShare), $"Shares of {validationShare} and {testShare} leave nothing to train on or to test");
        return SequenceSplit.ByTime(Read(interactions, userColumn, itemColumn, timeColumn), validationShare, testShare);
    }

    private static Lazy<UserSequences> Read(IDataView interactions, string userColumn, string itemColumn, string? timeColumn)
    {
        ArgumentNullException.ThrowIfNull(interactions);
        Columns.Find(interactions.Schema, userColumn, "a user id");
        Columns.Find(interactions.Schema, itemColumn, "an item id");
        if (timeColumn is not null)
            Columns.Find(interactions.Schema, timeColumn, "a time");
        return new Lazy<UserSequences>(() => UserSequences.Read(interactions, userColumn, itemColumn, timeColumn));
    }
}

/// <summary>Steps that prepare histories.</summary>
public sealed class SequentialTransformsCatalog
{
    internal SequentialTransformsCatalog()
    {
    }

    /// <summary>Turns interactions into one history for each user; data that has its histories passes through.</summary>
    /// <param name="userColumn">The user: text, a key or a whole number.</param>
    /// <param name="itemColumn">The item: text, a key or a whole number.</param>
    /// <param name="timeColumn">The time: a number that grows with time, or a date; null where the rows are in order.</param>
    /// <param name="historyColumn">The output: a vector of text, oldest item first.</param>
    public BuildSequencesEstimator BuildSequences(
        string userColumn = "UserId", string itemColumn = "ItemId", string? timeColumn = "Timestamp", string historyColumn = "History") =>
        new(userColumn, itemColumn, timeColumn, historyColumn);

    /// <summary>
    /// Adds what a trained model makes of each history: a vector of float that other trainers can use as features. Its dot product
    /// with an item's vector (<see cref="SequentialRecommendationCatalog.ItemVectors"/>) is the item's score, but for what the latest item adds.
    /// A history without a known item gets zeros.
    /// </summary>
    /// <param name="model">The trained model, or a chain that has one; null for the one that comes before in the same chain.</param>
    /// <param name="outputColumn">The column that is added.</param>
    public UserVectorEstimator UserVector(ITransformer? model = null, string outputColumn = "UserVector") =>
        new(model is null ? null : SequentialRecommendationCatalog.FindModel(model), outputColumn);
}

/// <summary>Trainers of models that recommend from histories.</summary>
public sealed class SequentialTrainersCatalog
{
    internal SequentialTrainersCatalog(MLContext context) => Context = context;

    /// <summary>The context that trainers draw from.</summary>
    public MLContext Context { get; }

    /// <summary>A causal transformer over histories. See <see cref="SequentialTransformerTrainer"/>.</summary>
    /// <param name="historyColumn">The histories: a vector of text or of keys.</param>
    /// <param name="items">The catalogue with its text, or null.</param>
    /// <param name="validationData">Histories and targets to choose the best epoch by, or null.</param>
    /// <param name="epochs">Most passes over the data.</param>
    public SequentialTransformerTrainer SequentialTransformer(string historyColumn = "History", IDataView? items = null, IDataView? validationData = null, int epochs = 100) =>
        SequentialTransformer(new SequentialTransformerOptions { HistoryColumn = historyColumn, Items = items, ValidationData = validationData, Epochs = epochs });

    /// <summary>
    /// Trains one model on several domains at once, from which <see cref="FineTune"/> goes on to another: one vocabulary for the
    /// text of all, each domain's items ranked among themselves. Several inputs make no estimator, so this trains at once.
    /// </summary>
    /// <param name="domains">At least one; their names differ.</param>
    /// <param name="options">How to train; null for the defaults.</param>
    /// <returns>A model of all domains' items, each with the id "domain/id" where there are several domains.</returns>
    /// <exception cref="InvalidDataException">A domain has nothing to learn from, or no text where text is asked for.</exception>
    public SequentialRecommendationTransformer PreTrain(IReadOnlyList<PreTrainingDomain> domains, PreTrainingOptions? options = null) =>
        PreTrainer.Train(Context, domains, options ?? new PreTrainingOptions());

    /// <summary>Trains a pre-trained model further, on other data with a catalogue of its own. See <see cref="FineTuningTrainer"/>.</summary>
    /// <param name="pretrainedModel">A model of text, or a chain that has one. It stays as it is.</param>
    /// <param name="options">The target's items, and how to train.</param>
    public FineTuningTrainer FineTune(ITransformer pretrainedModel, FineTuningOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new FineTuningTrainer(Context, SequentialRecommendationCatalog.FindModel(pretrainedModel), options);
    }

    /// <summary>
    /// How much each weight of a pre-trained model of text matters on its pre-training data, for elastic weight consolidation.
    /// </summary>
    /// <param name="model">The pre-trained model, or a chain that has it.</param>
    /// <param name="domains">The data that it was trained on.</param>
    /// <param name="examples">Histories that are looked at, as many from each domain.</param>
    /// <param name="seed">The seed by which histories are chosen.</param>
    public FisherInformation EstimateFisher(ITransformer model, IReadOnlyList<PreTrainingDomain> domains, int examples = 2000, int seed = 1) =>
        FisherEstimator.Estimate(SequentialRecommendationCatalog.FindModel(model), domains, examples, seed);

    /// <summary>A causal transformer over histories, with all options. See <see cref="SequentialTransformerTrainer"/>.</summary>
    public SequentialTransformerTrainer SequentialTransformer(SequentialTransformerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new SequentialTransformerTrainer(Context, options);
    }
}
