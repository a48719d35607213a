namespace MlNetSeqRec.Experiments;

/// <summary>
/// What has to be kept of the time for after the last training: choosing transitions, evaluating, saving. Measured: first by the
/// rules and the validations of epochs, then by the finishes before.
/// </summary>
internal sealed class TimeReserve
{
    // Validations that choosing the weight of transitions takes, and evaluations beside one validation.
    private const double TransitionValidations = 7;
    private const double EvaluationAsValidations = 2;
    private const double Caution = 1.2;
    private const double Least = 0.5;

    private readonly bool _tests;
    private double _validation;
    private double _rules;
    private double? _finish;
    private double? _evaluation;

    /// <param name="tests">Whether the best are measured on test data as well.</param>
    public TimeReserve(bool tests) => _tests = tests;

    /// <summary>Seconds to keep, for a model of so many networks.</summary>
    public double Seconds(int members = 1)
    {
        double finish = _finish ?? (1 + TransitionValidations) * _validation;
        double evaluation = _evaluation ?? EvaluationAsValidations * _validation;
        return Least + (Caution * ((members * (finish + _validation + (evaluation * (_tests ? 2 : 1)))) + (_tests ? _rules : 0)));
    }

    /// <summary>The rules took so long; a model takes longer to score.</summary>
    public void AddRules(double seconds)
    {
        _rules = seconds;
        _validation = Math.Max(_validation, seconds);
    }

    /// <summary>Validations of epochs, which say more than the rules.</summary>
    public void AddEpochs(IReadOnlyList<TrainingEpoch> epochs)
    {
        double[] seconds = [.. epochs.Select(epoch => epoch.ValidationSeconds).Order()];
        if (seconds.Length > 0)
            _validation = seconds[seconds.Length / 2];
    }

    /// <summary>A training was finished, with so many seconds beside the training itself.</summary>
    public void AddFinish(double seconds, int members) => _finish = Math.Max(_finish ?? 0, seconds / members);

    /// <summary>A model was evaluated.</summary>
    public void AddEvaluation(double seconds, int members) => _evaluation = Math.Max(_evaluation ?? 0, seconds / members);
}
