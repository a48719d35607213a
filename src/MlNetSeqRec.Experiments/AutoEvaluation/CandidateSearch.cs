namespace MlNetSeqRec.Experiments;

/// <summary>
/// Successive halving by time. A share of the time goes to probes: each candidate trains for the same short time, the better half
/// goes on for as long again, and so on (each from its checkpoint); then the best has the rest. What is left when it has learnt
/// what it can goes to the next best, and to further networks beside the best. All decisions follow from the records and the
/// time used, so that an interrupted search goes on as it would have.
/// </summary>
internal sealed class CandidateSearch(IReadOnlyList<SequentialCandidate> candidates, CandidateTraining training, ExperimentCache cache, TimeReserve reserve, double limit)
{
    private const double ProbeShare = 0.2;
    private const double WinnerShare = 0.7; // about what the best will have: by it the learning rate falls from the first probe on
    private const int LeastEpochs = 2;

    // Ids learn faster than text and stop sooner: on Beauty they lead by 12 to 19 % over the first ten epochs and end behind. So
    // what the recipe would choose by the data is left only for what leads by more.
    private const double Lead = 1.2;
    private const int MostMembers = 4;
    private const double Hopeless = 0.7; // of the best probe's figure
    private const double WorthTraining = 0.5; // of the time that the best was trained
    private const double WorthGoingOn = 0.25;
    private const int MostAttempts = 2;

    private readonly Dictionary<CandidateRecord, SequentialRecommendationTransformer> _models = [];
    private readonly Dictionary<CandidateRecord, int> _attempts = [];

    /// <summary>The seconds of training at which candidates were last compared; 0 before.</summary>
    private double _compared;

    private double Left => limit - cache.Seconds;

    private double Spent => cache.Records.Sum(record => record.Cost);

    private IEnumerable<CandidateRecord> Own => candidates.Select(candidate => cache.Get(candidate.Name));

    /// <summary>Searches until time is up or nothing is left to try, and calls back for each model as soon as it is finished.</summary>
    /// <param name="finished">Evaluates a model and gives its figure.</param>
    public void Run(Func<CandidateRecord, SequentialRecommendationTransformer, double> finished)
    {
        var figures = new Dictionary<CandidateRecord, double>();
        foreach (CandidateRecord record in Own)
            reserve.AddEpochs(record.Epochs);
        foreach (CandidateRecord record in cache.Records.Where(record => record.HasModel).ToList())
            figures[record] = finished(record, training.Load(record));
        if (figures.Count == 0)
            Probe();
        else
            _compared = FirstRung() ?? 0;
        while (Next(figures) is { } next)
        {
            if (Finish(next) is { } model)
                figures[next] = finished(next, model);
        }
    }

    // The rungs of the halving.
    private void Probe()
    {
        double share = Math.Min(ProbeShare * limit, Math.Max(0, Left - reserve.Seconds()));
        CandidateRecord first = cache.Get(candidates[0].Name);
        Leg(first, () => FirstRung() is not null, share - Spent);
        if (FirstRung() is not { } rung)
            return;
        reserve.AddEpochs(first.Epochs);
        foreach (CandidateRecord record in Own.Skip(1))
        {
            if (record.CanGoOn && record.TrainedSeconds < rung && rung - record.TrainedSeconds <= share - Spent)
                Leg(record, () => record.TrainedSeconds >= rung, Math.Min(2 * rung, share - Spent));
        }

        _compared = rung;
        List<CandidateRecord> left = Ranked();
        while (left.Count > 1)
        {
            left = left[..((left.Count + 1) / 2)];
            double until = 2 * _compared;
            if (left.Count == 1 || left.Sum(record => record.CanGoOn ? Math.Max(0, until - record.TrainedSeconds) : 0) > share - Spent)
                return;
            foreach (CandidateRecord record in left.Where(record => record.CanGoOn && record.TrainedSeconds < until))
                Leg(record, () => record.TrainedSeconds >= until, share - Spent);
            _compared = until;
            left = [.. left.OrderByDescending(Probed)];
        }
    }

    // How long each candidate is trained first: what the first one needs for an epoch or two, and more where there is time.
    private double? FirstRung()
    {
        double least = ProbeShare * limit / (2 * candidates.Count);
        CandidateRecord first = cache.Get(candidates[0].Name);
        return first.Epochs.Find(epoch => epoch.Epoch >= LeastEpochs && epoch.Seconds >= least)?.Seconds ?? (first.CanGoOn || first.Epochs.Count == 0 ? null : first.Epochs[^1].Seconds);
    }

    // Those that can be compared, the best first, at the time that most have reached.
    private List<CandidateRecord> Ranked() =>
    [
        .. Own.Where(record => record.Error is null && record.Epochs.Count > 0 && (record.TrainedSeconds >= _compared || !record.CanGoOn))
            .OrderByDescending(Probed),
    ];

    // The figure of a probe, as it counts against others.
    private double Probed(CandidateRecord record) => (ProbeCurve.At(record.Epochs, _compared) ?? 0) * (record.Name == candidates[0].Name ? Lead : 1);

    private void Leg(CandidateRecord record, Func<bool> pause, double stopAfter)
    {
        if (stopAfter > 0 && record.CanGoOn && !pause() && training.Run(Candidate(record), record, WinnerShare * limit, pause, stopAfter) is { } model)
            _models[record] = model;
    }

    // What is to be finished now; null for nothing.
    private CandidateRecord? Next(Dictionary<CandidateRecord, double> figures)
    {
        double usable = Left - reserve.Seconds();
        if (_models.Keys.FirstOrDefault(record => !figures.ContainsKey(record)) is { } ready)
            return ready;
        CandidateRecord[] ranked = [.. Ranked(), .. Own.Where(record => record.Error is null && record.Epochs.Count == 0)];
        if (figures.Count == 0)
            return ranked.FirstOrDefault(record => (record.IsStarted || usable > 0) && _attempts.GetValueOrDefault(record) < MostAttempts);

        CandidateRecord best = figures.MaxBy(pair => pair.Value).Key;
        double trained = figures.Keys.Max(record => record.TrainedSeconds);
        double bestProbe = ranked.Select(Probed).DefaultIfEmpty().Max();
        CandidateRecord? other = ranked.FirstOrDefault(record => record.CanGoOn
            && (!figures.ContainsKey(record) || record == best) && _attempts.GetValueOrDefault(record) < MostAttempts
            && usable > Math.Max(WorthGoingOn * trained, record == best ? 0 : (WorthTraining * trained) - record.TrainedSeconds)
            && (record.Epochs.Count == 0 || Probed(record) >= Hopeless * bestProbe));
        return other ?? More(best, figures);
    }

    // Further networks beside the best, where it has learnt what it can and there is time for another as long.
    private CandidateRecord? More(CandidateRecord best, Dictionary<CandidateRecord, double> figures)
    {
        if (best.Members > 1 || best.Ended is null || Candidate(best).FineTuning is not null || Candidate(best).Recipe().Members > 1)
            return null;
        int members = MostMembers;
        while (members > 1 && Left - reserve.Seconds(members) < (members - 1) * best.TrainedSeconds)
            members--;
        if (members == 1 || cache.Records.Any(record => record.Of == best.Name))
            return cache.Records.FirstOrDefault(record => record.Of == best.Name && !figures.ContainsKey(record) && record.CanGoOn && _attempts.GetValueOrDefault(record) == 0 && Left - reserve.Seconds(record.Members) > 0);
        CandidateRecord more = cache.Get($"{best.Name}, {members} networks", members, best.Name);
        cache.BeginWith(more, best);
        return more;
    }

    private SequentialRecommendationTransformer? Finish(CandidateRecord record)
    {
        if (_models.Remove(record, out SequentialRecommendationTransformer? ready))
            return ready;
        _attempts[record] = _attempts.GetValueOrDefault(record) + 1;
        double usable = Math.Max(0, Left - reserve.Seconds(record.Members));
        double before = record.Of is { } of ? cache.Get(of).TrainedSeconds : record.TrainedSeconds;
        SequentialRecommendationTransformer? model = training.Run(Candidate(record), record, before + usable, () => false, Math.Max(Left, 0.1 * limit));
        if (model is not null)
            reserve.AddFinish(training.Overhead, record.Members);
        reserve.AddEpochs(record.Epochs);
        return model;
    }

    private SequentialCandidate Candidate(CandidateRecord record) => candidates.First(candidate => candidate.Name == (record.Of ?? record.Name));
}
