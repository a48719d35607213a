namespace MlNetSeqRec.Experiments;

/// <summary>Reads how good a candidate was after so much training, so that candidates with epochs of other lengths are compared at one time.</summary>
internal static class ProbeCurve
{
    /// <summary>The best figure up to that time, between epochs on the line between them; null where no epoch has ended.</summary>
    /// <param name="epochs">In order.</param>
    /// <param name="seconds">Of training.</param>
    public static double? At(IReadOnlyList<TrainingEpoch> epochs, double seconds)
    {
        double best = 0, lastTime = 0, last = 0;
        foreach (TrainingEpoch epoch in epochs)
        {
            double figure = epoch.ValidationNdcg ?? 0;
            if (epoch.Seconds > seconds)
                return Math.Max(best, last + ((figure - last) * (seconds - lastTime) / Math.Max(1e-9, epoch.Seconds - lastTime)));
            best = Math.Max(best, figure);
            (lastTime, last) = (epoch.Seconds, figure);
        }

        return epochs.Count == 0 ? null : best;
    }
}
