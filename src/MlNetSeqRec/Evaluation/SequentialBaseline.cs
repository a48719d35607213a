namespace MlNetSeqRec;

/// <summary>Simple rules that a trained model has to beat.</summary>
public enum SequentialBaseline
{
    /// <summary>The items that occur most often in training, the same for everyone.</summary>
    Popularity,

    /// <summary>The items that most often followed the user's most recent item in training.</summary>
    ItemToItem,
}
