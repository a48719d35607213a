namespace MlNetSeqRec;

/// <summary>What a network is computed in while it is trained.</summary>
public enum TrainingPrecision
{
    /// <summary>bfloat16 on a GPU, single precision on a CPU.</summary>
    Auto,

    /// <summary>32-bit floats; on a GPU matrix products use TF32.</summary>
    Single,

    /// <summary>16-bit floats with the range of 32-bit ones; weights and optimizer stay in single precision.</summary>
    BFloat16,
}
