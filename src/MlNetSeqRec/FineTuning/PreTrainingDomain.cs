using Microsoft.ML;

namespace MlNetSeqRec;

/// <summary>One of the domains that a model is pre-trained on.</summary>
public sealed class PreTrainingDomain
{
    /// <summary>What it is called in figures, messages and item ids.</summary>
    public required string Name { get; init; }

    /// <summary>Histories, or interactions with the columns UserId, ItemId and, unless the rows are in order, Timestamp, as <see cref="SequenceSplit.Train"/>.</summary>
    public required IDataView Train { get; init; }

    /// <summary>The catalogue: ItemId and, where known, Title, Brand and Categories.</summary>
    public IDataView? Items { get; init; }

    /// <summary>Histories and targets by which the best epoch is chosen, as <see cref="SequenceSplit.Validation"/>.</summary>
    public IDataView? Validation { get; init; }

    internal TrainingDomain Read(string historyColumn, string targetColumn)
    {
        string? time = Train.Schema.GetColumnOrNull(SequenceViews.TimeColumn) is null ? null : SequenceViews.TimeColumn;
        IDataView histories = new BuildSequencesTransformer(SequenceViews.UserColumn, SequenceViews.ItemColumn, time, historyColumn).Transform(Train);
        return TrainingDomain.Read(Name, histories, Items, Validation, historyColumn, targetColumn);
    }
}
