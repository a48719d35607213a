using Microsoft.ML;

namespace MlNetSeqRec.Experiments;

/// <summary>Trainers of second stages.</summary>
public static class RerankingTrainersExtensions
{
    /// <summary>Boosted trees (LambdaMART) that re-rank the best candidates of the model before. See <see cref="Experiments.FastTreeReranker"/>.</summary>
    /// <param name="trainers">The catalog.</param>
    /// <param name="validationData">Histories and targets that the model was not trained on.</param>
    /// <param name="candidateCount">How many of its best items are re-ranked.</param>
    public static FastTreeReranker FastTreeReranker(this SequentialTrainersCatalog trainers, IDataView validationData, int candidateCount = 100) =>
        trainers.FastTreeReranker(new FastTreeRerankerOptions { ValidationData = validationData, CandidateCount = candidateCount });

    /// <summary>Boosted trees that re-rank the best candidates of the model before, with all options.</summary>
    /// <param name="trainers">The catalog.</param>
    /// <param name="options">How to train.</param>
    /// <exception cref="ArgumentException">An option makes no sense, or there is no validation data.</exception>
    public static FastTreeReranker FastTreeReranker(this SequentialTrainersCatalog trainers, FastTreeRerankerOptions options)
    {
        ArgumentNullException.ThrowIfNull(trainers);
        ArgumentNullException.ThrowIfNull(options);
        return new FastTreeReranker(trainers.Context, options);
    }
}
