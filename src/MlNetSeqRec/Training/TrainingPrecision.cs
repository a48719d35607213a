namespace MlNetSeqRec;

/// <summary>What a network is computed in while it is trained.</summary>
public enum TrainingPrecision
{
    /// <summary>32-bit floats; on a GPU matrix products use TF32.</summary>
    Single,

    /// <summary>16-bit floats with the range of 32-bit ones, on a GPU alone; weights and optimizer stay in single precision.</summary>
    BFloat16,
}
