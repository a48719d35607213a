namespace MlNetSeqRec;

/// <summary>A linear warm-up, then a cosine from the peak down to a share of it (Loshchilov and Hutter, 2017).</summary>
internal sealed class LearningRate(double peak, int warmUpSteps, double finalShare)
{
    /// <param name="step">Steps done, from 0.</param>
    /// <param name="fraction">How much of the whole training is done, 0 to 1.</param>
    public double At(long step, double fraction)
    {
        double warmUp = warmUpSteps == 0 ? 1 : Math.Min(1, (step + 1) / (double)warmUpSteps);
        double cosine = (1 + Math.Cos(Math.PI * Math.Clamp(fraction, 0, 1))) / 2;
        return peak * warmUp * (finalShare + ((1 - finalShare) * cosine));
    }
}
