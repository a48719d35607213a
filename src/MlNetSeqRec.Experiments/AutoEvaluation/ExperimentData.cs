using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Microsoft.ML;

namespace MlNetSeqRec.Experiments;

/// <summary>What an experiment learns from and chooses by, read once and checked.</summary>
internal sealed class ExperimentData
{
    private ExperimentData(TrainingDomain domain, BuildSequencesTransformer histories, DataViewSchema schema, ItemTokenizer? tokenizer, IReadOnlyList<string> notes)
    {
        (Domain, Histories, InputSchema, Tokenizer, Notes) = (domain, histories, schema, tokenizer, notes);
    }

    public TrainingDomain Domain { get; }

    /// <summary>The first step of the chains that come out.</summary>
    public BuildSequencesTransformer Histories { get; }

    /// <summary>Of the interactions that the chains are for.</summary>
    public DataViewSchema InputSchema { get; }

    /// <summary>Of the items' text; null without.</summary>
    public ItemTokenizer? Tokenizer { get; }

    public IReadOnlyList<string> Notes { get; }

    /// <summary>A name for the content: the same data give the same.</summary>
    public string Fingerprint
    {
        get
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            foreach (EncodedHistories part in new[] { Domain.Histories, Domain.Validation! })
            {
                hash.AppendData(MemoryMarshal.AsBytes(part.Items.AsSpan()));
                hash.AppendData(MemoryMarshal.AsBytes(part.Offsets.AsSpan()));
                hash.AppendData(MemoryMarshal.AsBytes(part.Targets.AsSpan()));
            }

            string text = Convert.ToHexStringLower(hash.GetHashAndReset())[..16];
            return string.Create(CultureInfo.InvariantCulture, $"{Domain.Histories.Count} users, {Domain.Catalogue.Count} items, data {text}, vocabulary {Tokenizer?.Sha256[..16] ?? "none"}");
        }
    }

    /// <exception cref="InvalidDataException">There is nothing that runs could be compared by.</exception>
    public static ExperimentData Read(SequentialRecommendationCatalog recommendation, SequentialExperimentSettings settings, IDataView train, IDataView validation)
    {
        string? time = train.Schema.GetColumnOrNull(SequenceViews.TimeColumn) is null ? null : SequenceViews.TimeColumn;
        BuildSequencesTransformer histories = recommendation.Transforms.BuildSequences(timeColumn: time).Fit(train);
        var columns = new SequentialTransformerOptions();
        TrainingDomain domain = TrainingDomain.Read(string.Empty, histories.Transform(train), settings.Items, validation, columns.HistoryColumn, columns.TargetColumn);
        List<string> notes = Check(domain);
        ItemTokenizer? tokenizer = !domain.HasText ? null : settings.Tokenizer ?? ItemTokenizer.Train(domain.Catalogue, columns.VocabularySize);
        return new ExperimentData(domain, histories, train.Schema, tokenizer, notes);
    }

    private static List<string> Check(TrainingDomain domain)
    {
        int[] targets = domain.Validation!.Targets!;
        if (domain.Histories.Count < 2)
            throw new InvalidDataException($"The data have {(domain.Histories.Count == 1 ? "one user" : "no users")}: at least two are needed to learn from some and to choose for others");
        if (targets.Length == 0)
            throw new InvalidDataException("There is no validation target: no user has the three events that are needed to keep one back for validation and one for testing");
        var notes = new List<string>();
        int cold = targets.Count(target => target < 0 || domain.Popularity[target] == 0);
        if (cold == targets.Length && !domain.HasText)
            throw new InvalidDataException($"None of the {targets.Length} validation targets occurs in training, and the items have no text: nothing can rank them, so that runs cannot be compared");
        if (cold == targets.Length)
            notes.Add($"none of the {targets.Length} validation targets occurs in training: only what knows items by their text can rank them, and the rules rank them last");
        if (!domain.HasText)
            notes.Add("the items have no text: candidates of text are left out, and models know items by their ids alone");
        return notes;
    }
}
