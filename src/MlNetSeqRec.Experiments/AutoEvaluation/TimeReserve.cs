namespace MlNetSeqRec.Experiments;

/// <summary>
/// What has to be kept of the time for after the last training: choosing what latest items add, evaluating, saving. Measured: first by the
/// rules and the validations of epochs, then by the finishes before.
/// </summary>
internal sealed class TimeReserve
{
    // A network takes longer over the same users than a rule.
    private const double ValidationAsRules = 4;

    // Validations that choosing what the latest items add takes, and evaluations beside one validation.
    private const double GainValidations = 6;
    private const double EvaluationAsValidations = 1.6;
    private const double SecondStageAsEvaluations = 13.5;
    private const double RerankedAsEvaluations = 4.5; // one of a re-ranked model
    private const double MostForSecondStage = 0.15; // of all time; where it would take more, it is tried only with time to spare
    private const double Caution = 1.1;
    private const double MostLate = 0.03;
    private const double Least = 0.5;
    private const int LatestEpochs = 3;

    private readonly double _limit;
    private readonly bool _tests;
    private double _validation;
    private double _rules;
    private double? _finish;
    private double? _evaluation;

    /// <param name="limit">Seconds of the experiment.</param>
    /// <param name="tests">Whether the best are measured on test data as well.</param>
    public TimeReserve(double limit, bool tests) => (_limit, _tests) = (limit, tests);

    /// <summary>Seconds to keep for measuring on test data at the end.</summary>
    public double TestSeconds => Least + (_tests ? Caution * (((TriesSecondStage ? RerankedAsEvaluations : 1) * Evaluation) + _rules) : 0);

    /// <summary>Seconds by which an experiment may end late rather than leave out its last step.</summary>
    public double Slack => MostLate * _limit;

    /// <summary>Seconds that trying a second stage takes.</summary>
    public double SecondStageSeconds => Caution * SecondStageAsEvaluations * Evaluation;

    private bool TriesSecondStage => SecondStageSeconds <= MostForSecondStage * _limit;

    private double Evaluation => _evaluation ?? EvaluationAsValidations * _validation;

    /// <summary>Seconds to keep, for a model of so many networks.</summary>
    public double Seconds(int members = 1)
    {
        double finish = _finish ?? (1 + GainValidations) * _validation;
        double secondStage = TriesSecondStage ? SecondStageSeconds : 0;
        return TestSeconds + secondStage + (Caution * members * (finish + _validation + Evaluation));
    }

    /// <summary>So many rules took so long together; until a validation is measured, it is guessed from one of them.</summary>
    public void AddRules(double seconds, int rules) => (_rules, _validation) = (seconds, ValidationAsRules * seconds / rules);

    /// <summary>Validations of the latest epochs, which say more than the rules, and how busy the machine is now.</summary>
    public void AddEpochs(IReadOnlyList<TrainingEpoch> epochs)
    {
        double[] seconds = [.. epochs.TakeLast(LatestEpochs).Select(epoch => epoch.ValidationSeconds).Order()];
        if (seconds.Length > 0)
            _validation = seconds[seconds.Length / 2];
    }

    /// <summary>A training was finished, with so many seconds beside the training itself.</summary>
    public void AddFinish(double seconds, int members) => _finish = Math.Max(_finish ?? 0, seconds / members);

    /// <summary>A model was evaluated.</summary>
    public void AddEvaluation(double seconds, int members) => _evaluation = Math.Max(_evaluation ?? 0, seconds / members);
}
