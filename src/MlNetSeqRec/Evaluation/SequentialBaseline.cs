namespace MlNetSeqRec;

/// <summary>Simple rules that a trained model has to beat.</summary>
public enum SequentialBaseline
{
    /// <summary>The items that occur most often in training, the same for everyone.</summary>
    Popularity,

    /// <summary>The items that most often followed the user's latest items in training, each of the latest five counting half as much as the one after it.</summary>
    ItemToItem,

    /// <summary>The items that most often followed the user's most recent item in training, whatever came before it (a Markov chain of first order); popularity decides ties.</summary>
    Markov,
}
