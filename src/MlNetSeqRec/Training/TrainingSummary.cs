namespace MlNetSeqRec;

/// <summary>How a model came about; saved with it.</summary>
public sealed record TrainingSummary
{
    /// <summary>Epochs that were trained.</summary>
    public int Epochs { get; init; }

    /// <summary>The epoch, from 1, whose weights were kept.</summary>
    public int BestEpoch { get; init; }

    /// <summary>Why training ended.</summary>
    public string Ended { get; init; } = string.Empty;

    /// <summary>NDCG@10 on the validation data among the items that the user has not had, for the model as it is; null without validation data.</summary>
    public double? ValidationNdcg { get; init; }

    /// <summary>Share of values that was dropped.</summary>
    public double Dropout { get; init; }

    /// <summary>How much what came soon after the latest items in training adds to the scores; 0 for nothing.</summary>
    public double TransitionWeight { get; init; }

    /// <summary>How much likeness to the latest items' texts adds to the scores; 0 for nothing.</summary>
    public double TextSimilarityWeight { get; init; }

    /// <summary>How much of both each item adds, as a share of what the next one adds; 0 where the latest item alone adds something.</summary>
    public double RecencyDecay { get; init; }

    /// <summary>How each network of a model with several came about; empty for one. The figures beside are sums, or of the first.</summary>
    public IReadOnlyList<TrainingSummary> Members { get; init; } = [];

    /// <summary>Training time in seconds, validation included.</summary>
    public double Seconds { get; init; }

    /// <summary>Trained parameters.</summary>
    public long Parameters { get; init; }

    /// <summary>Those of them in the tables of ids and of tokens.</summary>
    public long TableParameters { get; init; }

    /// <summary>Items of the catalogue.</summary>
    public int Items { get; init; }

    /// <summary>What item vectors were made from.</summary>
    public ItemEncoding Encoding { get; init; }

    /// <summary>Negatives that each step drew; 0 where the loss was over the whole catalogue.</summary>
    public int Negatives { get; init; }

    /// <summary>Targets (next items) in one epoch.</summary>
    public long TargetsPerEpoch { get; init; }

    /// <summary>Steps in one epoch.</summary>
    public int StepsPerEpoch { get; init; }

    /// <summary>The device that trained: cpu, cuda:0, …</summary>
    public string Device { get; init; } = string.Empty;

    /// <summary>Ranks that trained it together; 1 for a process by itself.</summary>
    public int Ranks { get; init; } = 1;

    /// <summary>Bytes of the buffer that the ranks summed up in each step, on average; 0 for a process by itself.</summary>
    public long ExchangedBytesPerStep { get; init; }

    /// <summary>Seconds that the first rank spent in these sums, or waiting for other ranks in them; on a GPU, the time to ask for them.</summary>
    public double ExchangeSeconds { get; init; }

    /// <summary>Each epoch that was trained.</summary>
    public IReadOnlyList<TrainingEpoch> History { get; init; } = [];

    /// <summary>Targets trained per second, validation not included: the median over the epochs after the first, which also warms up.</summary>
    public double TargetsPerSecond
    {
        get
        {
            double[] seconds = [.. History.Skip(History.Count > 1 ? 1 : 0).Select(epoch => epoch.TrainSeconds).Order()];
            return seconds.Length == 0 ? 0 : TargetsPerEpoch / seconds[seconds.Length / 2];
        }
    }
}
