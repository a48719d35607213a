using Microsoft.ML;
using MlNetSeqRec.Experiments;

namespace MlNetSeqRec.Tests.AutoEvaluation;

public sealed class ExperimentTests : IDisposable
{
    private readonly Data.TemporaryFolder _folder = new();
    private readonly MLContext _ml = new(1);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void RanksRulesAndCandidatesAndGivesTheBestModel()
    {
        SequenceSplit split = Split();
        SequentialExperimentSettings settings = Settings(20, Good, Candidate("hardly trained", o => (o.LearningRate, o.Epochs) = (1e-9, 2)), Candidate("wrong", o => o.Width = 15));
        settings.TestData = split.Test;
        var seen = new List<SequentialRunDetail>();
        SequentialExperimentResult result = Recommendation.CreateExperiment(settings).Execute(split.Train, split.Validation, new Handler<SequentialRunDetail>(seen.Add));

        Assert.Equal(["popularity", "item-to-item", "Markov"], seen.Take(3).Select(run => run.TrainerName));
        Assert.Equal(3, result.RunDetails.Count(run => run.IsBaseline));
        Assert.StartsWith("good", result.BestModelRun!.TrainerName, StringComparison.Ordinal);
        SequentialRunDetail failed = Assert.Single(result.RunDetails, run => run.Status == SequentialRunStatus.Failed);
        Assert.Equal("wrong", failed.TrainerName);
        Assert.Contains("Width must be a multiple of Heads", failed.Exception!.Message, StringComparison.Ordinal);
        double[] figures = [.. result.RunDetails.Where(run => run.Status == SequentialRunStatus.Finished).Select(run => run.Figure!.Value)];
        Assert.Equal(figures.OrderDescending(), figures);
        Assert.Same(result.RunDetails[0], result.BestRun);

        // What the experiment says of a run is what anyone measures of its model, saved and loaded.
        SequentialRunDetail good = result.RunDetails.Single(run => run.TrainerName == "good");
        _ml.Model.Save(good.Model, split.Train.Schema, _folder["model.zip"]);
        ITransformer loaded = new MLContext().Model.Load(_folder["model.zip"], out _);
        Assert.Equal(good.ValidationMetrics!.Unseen.Ndcg(10), Recommendation.Evaluate(loaded, split.Validation, cancellation: TestContext.Current.CancellationToken).Unseen.Ndcg(10), 1e-9);
        Assert.Equal(good.Figure, good.ValidationMetrics.Unseen.Ndcg(10));
        Assert.Equal(result.BestModelRun.TestMetrics!.Unseen.Ndcg(10), Recommendation.Evaluate(result.BestModelRun.Model!, split.Test, cancellation: TestContext.Current.CancellationToken).Unseen.Ndcg(10), 1e-9);
        Assert.Equal(
            result.RunDetails.Single(run => run.TrainerName == "Markov").ValidationMetrics!.All.Ndcg(10),
            Recommendation.EvaluateBaseline(SequentialBaseline.Markov, loaded, split.Train, split.Validation).All.Ndcg(10),
            1e-9);
    }

    [Fact]
    public void GoesOnFromItsCacheWithTheTimeUsedCounted()
    {
        SequenceSplit split = Split();
        using var stop = new CancellationTokenSource();
        SequentialExperimentSettings settings = Settings(20, Good);
        (settings.CacheDirectory, settings.CancellationToken) = (_folder["cache"], stop.Token);
        settings.TrainingProgress = new Handler<(string, TrainingProgress Progress)>(report =>
        {
            if (report.Progress.Completed?.Epoch == 3)
                stop.Cancel();
        });
        Assert.ThrowsAny<OperationCanceledException>(() => Execute(settings, split));

        settings = Settings(20, Good);
        settings.CacheDirectory = _folder["cache"];
        int first = 0;
        settings.TrainingProgress = new Handler<(string, TrainingProgress Progress)>(report => first = first == 0 ? report.Progress.Epoch : first);
        SequentialExperimentResult result = Execute(settings, split);
        Assert.Equal(4, first);
        Assert.Equal(Enumerable.Range(1, 12), result.RunDetails.Single(run => run.TrainerName == "good").Epochs.Select(epoch => epoch.Epoch));

        // Once more: nothing is trained again, and the result is the same.
        settings.TrainingProgress = new Handler<(string, TrainingProgress Progress)>(report => Assert.NotEqual("good", report.Item1));
        SequentialExperimentResult again = Execute(settings, split);
        Assert.True(again.Seconds > result.Seconds);
        Assert.Equal(result.RunDetails.Single(run => run.TrainerName == "good").Figure, again.RunDetails.Single(run => run.TrainerName == "good").Figure);

        // Other data, or another experiment under way.
        SequenceSplit other = Recommendation.Data.LeaveOneOutSplit(SmallShop.Events(_ml, users: 60));
        Assert.Contains("is of another experiment", Assert.Throws<InvalidDataException>(() => Execute(settings, other)).Message, StringComparison.Ordinal);
        using var held = new FileStream(_folder["cache/lock"], FileMode.OpenOrCreate, FileAccess.Write, FileShare.None);
        Assert.Contains("another experiment may be under way", Assert.Throws<IOException>(() => Execute(settings, split)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ATimeTooShortForOneModelStillRanksTheRules()
    {
        SequenceSplit split = Split();
        SequentialExperimentResult result = Recommendation.CreateExperiment(Settings(1, Good))
            .Execute(split.Train, split.Validation, new Handler<SequentialRunDetail>(_ => Thread.Sleep(500))); // 1.5 s for three rules
        Assert.Null(result.BestModelRun);
        Assert.True(result.BestRun.IsBaseline);
        Assert.Equal(3, result.RunDetails.Count(run => run.Status == SequentialRunStatus.Finished));
        Assert.Equal(SequentialRunStatus.NotTried, result.RunDetails.Single(run => run.TrainerName == "good").Status);
        Assert.Contains("no model was trained: 1 s are too short for one; the rules are ranked", result.Notes);
    }

    [Fact]
    public void ATrainingThatWasBegunGivesAModelEvenWhenTheTimeIsUp()
    {
        SequenceSplit split = Split();
        SequentialExperimentSettings settings = Settings(2, Candidate("long", o => (o.Epochs, o.Patience) = (100_000, 100_000)));
        SequentialExperimentResult result = Execute(settings, split);
        Assert.Equal("long", result.BestModelRun!.TrainerName.Split(',')[0]);
        Assert.InRange(result.Seconds, 0, 6); // with other tests beside it
    }

    [Fact]
    public void OneUserIsRefused()
    {
        IDataView one = _ml.Data.LoadFromEnumerable(Enumerable.Range(0, 6).Select(i => new SmallShop.Event { UserId = "u", ItemId = $"i{i}", Timestamp = i }));
        Assert.StartsWith("The data have one user", Assert.Throws<InvalidDataException>(() => Execute(Settings(5, Good), Recommendation.Data.LeaveOneOutSplit(one))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void NoValidationTargetIsRefused()
    {
        IDataView two = _ml.Data.LoadFromEnumerable(Enumerable.Range(0, 4).Select(i => new SmallShop.Event { UserId = $"u{i % 2}", ItemId = $"i{i}", Timestamp = i }));
        Assert.StartsWith("There is no validation target", Assert.Throws<InvalidDataException>(() => Execute(Settings(5, Good), Recommendation.Data.LeaveOneOutSplit(two))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void WithoutTextCandidatesKnowItemsByTheirIds()
    {
        SequentialExperimentSettings settings = Settings(4);
        (settings.Items, settings.Candidates) = (null, null);
        SequentialExperimentResult result = Execute(settings, Split());
        Assert.Contains(result.Notes, note => note.StartsWith("the items have no text", StringComparison.Ordinal));
        Assert.All(result.RunDetails.Where(run => !run.IsBaseline), run => Assert.StartsWith("id, ", run.TrainerName, StringComparison.Ordinal));
        Assert.NotNull(result.BestModelRun);
    }

    [Fact]
    public void WhereAllValidationTargetsAreColdOnlyTextCanRankThem()
    {
        // The last two items of everyone are of a shelf that training never sees.
        SmallShop.Event[] events = [.. Enumerable.Range(0, 40).SelectMany(u => Enumerable.Range(0, 6).Select(i => new SmallShop.Event { UserId = $"u{u}", ItemId = i < 4 ? $"i{(u + i) % 30}" : $"i{30 + ((u + i) % 10)}", Timestamp = i }))];
        SequenceSplit split = Recommendation.Data.LeaveOneOutSplit(_ml.Data.LoadFromEnumerable(events));
        SequentialExperimentResult result = Execute(Settings(10, Candidate("text", o => (o.ItemEncoding, o.Epochs) = (ItemEncoding.Text, 2))), split);
        Assert.Contains("none of the 40 validation targets occurs in training: only what knows items by their text can rank them, and the rules rank them last", result.Notes);
        Assert.Equal(40, result.RunDetails.Single(run => run.TrainerName == "text").ValidationMetrics!.Cold!.Users);
        Assert.NotNull(result.BestModelRun);

        SequentialExperimentSettings withoutText = Settings(5, Good);
        withoutText.Items = null;
        Assert.StartsWith("None of the 40 validation targets occurs in training, and the items have no text", Assert.Throws<InvalidDataException>(() => Execute(withoutText, split)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void SettingsThatMakeNoSenseAreRefusedAtOnce()
    {
        Assert.Contains("MaxExperimentTimeInSeconds must be at least 1", Assert.Throws<ArgumentOutOfRangeException>(() => Recommendation.CreateExperiment(0)).Message, StringComparison.Ordinal);
        Assert.Contains("2 candidates with the name 'good'", Assert.Throws<ArgumentException>(() => Recommendation.CreateExperiment(Settings(5, Good, Good))).Message, StringComparison.Ordinal);
        Assert.Contains("there is no PretrainedModel", Assert.Throws<ArgumentException>(() => Recommendation.CreateExperiment(Settings(5, Good with { FineTuning = FineTuningStrategy.Full }))).Message, StringComparison.Ordinal);
        (_, SequentialRecommendationTransformer ids, _) = SmallShop.Train(_ml, o => (o.ItemEncoding, o.Epochs) = (ItemEncoding.Id, 1));
        SequentialExperimentSettings settings = Settings(5, Good);
        settings.PretrainedModel = ids;
        Assert.Contains("knows items by their ids alone", Assert.Throws<ArgumentException>(() => Recommendation.CreateExperiment(settings)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void APretrainedModelIsFineTunedBesideTheOthers()
    {
        (_, SequentialRecommendationTransformer text, SequenceSplit split) = SmallShop.Train(_ml, o => (o.ItemEncoding, o.Epochs) = (ItemEncoding.Text, 3));
        SequentialExperimentSettings settings = Settings(15, Good, Candidate("fine-tuned", o => (o.Width, o.Layers, o.MaximumLength) = (16, 1, 8)) with { FineTuning = FineTuningStrategy.Full });
        settings.PretrainedModel = text;
        SequentialExperimentResult result = Execute(settings, split);
        SequentialRunDetail tuned = result.RunDetails.Single(run => run.TrainerName == "fine-tuned");
        Assert.Equal((SequentialRunStatus.Finished, true), (tuned.Status, tuned.Model is not null));
        SequentialExperimentSettings withoutText = Settings(5);
        (withoutText.Candidates, withoutText.Items, withoutText.PretrainedModel) = (null, null, text);
        Assert.StartsWith("A pre-trained model was given, and the items have no text", Assert.Throws<InvalidDataException>(() => Execute(withoutText, split)).Message, StringComparison.Ordinal);
    }

    private SequentialRecommendationCatalog Recommendation => _ml.SequentialRecommendation();

    private SequentialCandidate Good => Candidate("good", _ => { });

    private SequenceSplit Split() => Recommendation.Data.LeaveOneOutSplit(SmallShop.Events(_ml));

    private SequentialExperimentSettings Settings(uint seconds, params SequentialCandidate[] candidates) =>
        new() { MaxExperimentTimeInSeconds = seconds, Items = SmallShop.Catalogue(_ml), Candidates = candidates, Device = "cpu" };

    private SequentialExperimentResult Execute(SequentialExperimentSettings settings, SequenceSplit split) =>
        Recommendation.CreateExperiment(settings).Execute(split.Train, split.Validation);

    private SequentialCandidate Candidate(string name, Action<SequentialTransformerOptions> change) => new(name, () =>
    {
        SequentialTransformerOptions options = SmallShop.Options(_ml, Split());
        change(options);
        return options;
    });

    private sealed class Handler<T>(Action<T> report) : IProgress<T>
    {
        public void Report(T value) => report(value);
    }
}
