using Microsoft.ML;

namespace MlNetSeqRec.Experiments;

/// <summary>Settings of a <see cref="SequentialExperiment"/>, named as ML.NET's AutoML names its own.</summary>
public sealed class SequentialExperimentSettings
{
    /// <summary>Most seconds that <see cref="SequentialExperiment.Execute"/> takes, evaluation included.</summary>
    public uint MaxExperimentTimeInSeconds { get; set; } = 600;

    /// <summary>The figure on the validation data that decides between finished runs.</summary>
    public SequentialMetric OptimizingMetric { get; set; } = SequentialMetric.UnseenNdcg;

    /// <summary>
    /// A folder for what has been done. An experiment that was stopped or killed goes on from there, the time it had used counted;
    /// one that had ended gives its result again, or goes on where it now has more time. Null keeps it in a temporary folder
    /// that is removed at the end. One experiment at a time may use a folder.
    /// </summary>
    public string? CacheDirectory { get; set; }

    /// <summary>Stops the experiment; Execute then throws <see cref="OperationCanceledException"/>, and with a cache directory the same experiment goes on later.</summary>
    public CancellationToken CancellationToken { get; set; }

    /// <summary>The catalogue: ItemId and, where known, Title, Brand and Categories, all text. Null for items without text.</summary>
    public IDataView? Items { get; set; }

    /// <summary>What turns the items' text into tokens; null learns one from it.</summary>
    public ItemTokenizer? Tokenizer { get; set; }

    /// <summary>A model of text, or a chain that has one: fine-tuning it joins the candidates.</summary>
    public ITransformer? PretrainedModel { get; set; }

    /// <summary>Histories and targets on which the best run, the best model and the rules are measured as well; nothing is chosen by them.</summary>
    public IDataView? TestData { get; set; }

    /// <summary>What is tried, the likeliest first; null tries what suits the data.</summary>
    public IReadOnlyList<SequentialCandidate>? Candidates { get; set; }

    /// <summary>The seed of everything random.</summary>
    public int Seed { get; set; } = 1;

    /// <summary>auto, cpu, cuda or cuda:N.</summary>
    public string Device { get; set; } = "auto";

    /// <summary>Told about once a second how the training under way does, with the candidate's name.</summary>
    public IProgress<(string TrainerName, TrainingProgress Progress)>? TrainingProgress { get; set; }
}
