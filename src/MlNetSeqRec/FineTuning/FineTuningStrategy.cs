namespace MlNetSeqRec;

/// <summary>What of a pre-trained model is trained further.</summary>
public enum FineTuningStrategy
{
    /// <summary>Everything.</summary>
    Full,

    /// <summary>What makes item vectors: the tables of tokens and ids and the adapter. The transformer stays as it is.</summary>
    Embeddings,

    /// <summary>First the top block alone, then one more block at a time, and everything at last. (The adapter, the last norm and a new id table are always trained.)</summary>
    Progressive,

    /// <summary>
    /// Nothing: the new catalogue is scored with the pre-trained network as it is, and with what the latest items add, as with every
    /// strategy (<see cref="SequentialTransformerOptions.Transitions"/>, <see cref="SequentialTransformerOptions.TextSimilarity"/>).
    /// </summary>
    None,
}
