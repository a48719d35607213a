using System.Security.Cryptography;
using Microsoft.ML;
using Microsoft.ML.Data;
using MlNetSeqRec.Data;

namespace MlNetSeqRec.Samples.LoadTest;

/// <summary>Two models of one shop that answer differently, and what each answers.</summary>
internal sealed class TwoModels
{
    private readonly Dictionary<string, string[]> _answers = [];

    public TwoModels(string folder, int items)
    {
        AmazonLikeFiles files = AmazonLikeGenerator.Write(folder, new AmazonLikeOptions { Users = 3000, Items = items });
        var ml = new MLContext(seed: 1);
        SequentialRecommendationCatalog rec = ml.SequentialRecommendation();
        IDataView reviews = rec.Data.LoadAmazonReviews(files.Reviews), catalogue = rec.Data.LoadAmazonItems(files.Items);
        SequenceSplit split = rec.Data.LeaveOneOutSplit(reviews);
        Histories = [.. split.Test.GetColumn<string[]>("History").Take(500)];
        foreach (int seed in new[] { 1, 2 })
        {
            var model = rec.Transforms.BuildSequences()
                .Append(rec.Trainers.SequentialTransformer(new SequentialTransformerOptions { Items = catalogue, Epochs = 1, Seed = seed, VocabularySize = 2000 }))
                .Fit(split.Train);
            string path = Path.Combine(folder, $"model-{seed}.zip");
            ml.Model.Save(model, reviews.Schema, path);
            Paths.Add(path);
            _answers[NameOf(path)] = [.. model.Transform(ml.Data.TakeRows(split.Test, 500)).GetColumn<string[]>("RecommendedItems").Select(ids => string.Join(' ', ids))];
        }
    }

    public List<string> Paths { get; } = [];

    public string[][] Histories { get; }

    /// <summary>Whether a model of this name answers so.</summary>
    public bool IsRight(string model, int history, string ids) => _answers.TryGetValue(model, out string[]? answers) && answers[history] == ids;

    /// <summary>Puts a copy of a file in the place of another, whole at once.</summary>
    public static void Replace(string from, string to)
    {
        File.Copy(from, to + ".tmp", overwrite: true);
        File.SetLastWriteTimeUtc(to + ".tmp", DateTime.UtcNow);
        File.Move(to + ".tmp", to, overwrite: true);
    }

    private static string NameOf(string path) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)))[..12];
}
