using System.Diagnostics;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace MlNetSeqRec;

/// <summary>
/// Epochs of steps, each epoch followed by validation, until the epochs, the time or the patience run out. The random
/// numbers of a step depend on the seed and the step alone, so that a run that goes on from a checkpoint makes the
/// same steps as one that was never interrupted.
/// </summary>
internal sealed class TrainingLoop : IDisposable
{
    /// <summary>What <see cref="TrainingSummary.Ended"/> says where the time limit ended the training.</summary>
    public const string OutOfTime = "time limit";

    private static readonly TimeSpan _betweenCheckpoints = TimeSpan.FromMinutes(10);

    private readonly SequentialNetwork _network;
    private readonly BatchPlan _plan;
    private readonly IValidator? _validator;
    private readonly IUpdatePlan? _updates;
    private readonly SequentialTransformerOptions _options;
    private readonly Device _device;
    private readonly LearningRate _learningRate;
    private readonly StepProducer _producer;
    private readonly TrainingStep _step;
    private readonly BestWeights _best;
    private readonly NearestItems? _nearest;
    private readonly ProcessGroup _group;
    private readonly Replicas _replicas;
    private readonly TrainingReporter _reporter;
    private readonly string _fingerprint;
    private readonly Tensor _lossSum;
    private readonly Stopwatch _clock = new();
    private TrainingState _state;
    private Checkpoint? _checkpoint;
    private double _secondsBefore;
    private double _lastCheckpoint;

    /// <param name="network">What is trained.</param>
    /// <param name="validator">Gives the figure by which the best epoch is chosen; null keeps the last.</param>
    /// <param name="plan">The batches.</param>
    /// <param name="producer">Makes the data of steps.</param>
    /// <param name="step">Trains on them; the loop does not own it.</param>
    /// <param name="options">Epochs, limits, rates, checkpoints.</param>
    /// <param name="data">A few words on the data, for which a checkpoint is only used with the same data.</param>
    /// <param name="device">Where it happens.</param>
    /// <param name="ranksAtStart">The ranks that the training began with, of which the checkpoint tells; their batches together are the plan's.</param>
    /// <param name="nearest">Makes the lists of hard negatives before each epoch; the loop does not own it.</param>
    /// <param name="updates">Which parameters are trained when; null for all, always.</param>
    public TrainingLoop(
        SequentialNetwork network,
        IValidator? validator,
        BatchPlan plan,
        StepProducer producer,
        TrainingStep step,
        SequentialTransformerOptions options,
        string data,
        Device device,
        NearestItems? nearest = null,
        IUpdatePlan? updates = null,
        int ranksAtStart = 1)
    {
        (_nearest, _updates) = (nearest, updates);
        (_network, _validator, _plan, _producer, _step, _options, _device) = (network, validator, plan, producer, step, options, device);
        _learningRate = new LearningRate(options.LearningRate, options.WarmUpSteps, finalShare: 0.1);
        _best = new BestWeights(network);
        _lossSum = zeros(1, dtype: ScalarType.Float64, device: device).DetachFromDisposeScope();
        _fingerprint = TrainingFingerprint.Of(network.Shape, options, data, updates);
        _group = options.ProcessGroup ?? ProcessGroup.Alone;
        _reporter = new TrainingReporter(options, _best, _group);
        _state = new TrainingState { Ranks = ranksAtStart };
        _replicas = new Replicas(_group, _best, [.. Checkpoint.Tensors(network, step.Optimizer, _best), .. More]);
    }

    public TrainingSummary Run()
    {
        if (_options.CheckpointFolder is { } folder && _group.IsFirst)
        {
            _checkpoint = new Checkpoint(folder, _fingerprint, [.. More]);
            if (_options.Resume)
                _state = _checkpoint.TryRestore(_network, _step.Optimizer, _best) ?? _state;
        }

        _state = _replicas.FollowFirst(_state);
        if (_state.Ranks != _group.Count)
            _reporter.Note = $"goes on with the batches of the {_state.Ranks} ranks that it began with, {_state.Ranks} x {_options.PositionsPerBatch} positions, shared out among {_group.Count}";
        else if (_plan.Batches == 1)
            _reporter.Note = $"the training data fills less than one batch ({_plan.Targets} targets, PositionsPerBatch is {_options.PositionsPerBatch}): each epoch is a single step; a smaller PositionsPerBatch makes more of them";
        _reporter.Note ??= NativeLibraries.Warning;
        _secondsBefore = _state.Seconds;
        _lastCheckpoint = _secondsBefore;
        _clock.Start();
        string? ended = _state.Ended;
        while (ended is null)
        {
            ended = TrainEpoch();
            if (ended is not null)
                break; // in the middle of an epoch, with rates that depended on the limit: the checkpoint before it stands

            if (_replicas.Mend())
                _reporter.Note = "the ranks' weights had come to differ, as those of unlike processors may, and were set to the first rank's";
            ended = Validate();
            _state.Ended = ended == OutOfTime ? null : ended; // a later run may have more time
            WriteCheckpoint();
        }

        if (_best.Epoch > 0)
            _best.Restore();
        _network.eval();
        return new TrainingSummary
        {
            Epochs = _state.EpochsDone,
            BestEpoch = _best.Epoch > 0 ? _best.Epoch : _state.EpochsDone,
            Ended = ended,
            ValidationNdcg = _best.Epoch > 0 && _validator is not null ? _best.Ndcg : null,
            Seconds = Seconds,
            Dropout = _network.Shape.Dropout,
            Parameters = _network.ParameterCount,
            TableParameters = _network.TableParameterCount,
            Items = _network.Shape.Items,
            Encoding = _network.Shape.Encoding,
            Negatives = _producer.Negatives,
            TargetsPerEpoch = _plan.Targets,
            StepsPerEpoch = _plan.Batches,
            Device = _device.ToString(),
            Ranks = _group.Count,
            ExchangedBytesPerStep = _step.Exchange is { Steps: > 0 } exchange ? exchange.Bytes / exchange.Steps : 0,
            ExchangeSeconds = _step.Exchange?.Seconds ?? 0,
            History = _state.History,
        };
    }

    public void Dispose()
    {
        _checkpoint?.Dispose();
        _best.Dispose();
        _lossSum.Dispose();
    }

    private IEnumerable<Tensor> More => _nearest is null ? [] : [_nearest.Vectors];

    private double Seconds => _secondsBefore + _clock.Elapsed.TotalSeconds;

    private int Epoch => _state.EpochsDone + 1;

    // Patience does not count while parameters wait to be unfrozen.
    private int EpochsBeforeAllMove => _updates?.EpochsBeforeLastStage ?? 0;

    private bool IsOutOfTime => Seconds >= _options.TimeLimit?.TotalSeconds;

    private double Fraction(double epochs)
    {
        double byEpochs = epochs / _options.Epochs;
        return Math.Min(1, _options.TimeLimit is { } limit ? Math.Max(byEpochs, Seconds / limit.TotalSeconds) : byEpochs);
    }

    // Null, or why training ends in the middle of the epoch. A loss that is not a number ends it: the best weights so far are
    // kept. On a GPU the loss is read, which waits for the device, only when there is something to report.
    private string? TrainEpoch()
    {
        _network.train(); // validation left it in evaluation mode
        _step.Optimizer.RateFactors = RateFactors();
        _nearest?.Begin(isNewEpoch: _state.StepInEpoch == 0);
        IReadOnlyList<Batch> batches = _plan.Epoch(new Random(unchecked((_options.Seed * 7919) + Epoch)));
        var clock = Stopwatch.StartNew();
        double secondsBefore = _state.SecondsInEpoch, lastReport = 0;
        using (no_grad())
            _lossSum.fill_(_state.LossInEpoch);
        bool hasStepped = false;
        foreach (StepData data in _producer.Produce(batches, _state.StepInEpoch, _state.Step))
        {
            double epochs = _state.EpochsDone + (_state.StepInEpoch / (double)batches.Count);
            StepSignals now = new StepSignals(
                _options.CancellationToken.IsCancellationRequested, IsOutOfTime && hasStepped, clock.Elapsed.TotalSeconds - lastReport >= 1, Fraction(epochs)).Agree(_group);
            if (now.IsCancelled || now.IsOutOfTime || now.IsDue)
            {
                lastReport = clock.Elapsed.TotalSeconds;
                Pause();
                if (now.IsCancelled)
                    Stop();
                if (!double.IsFinite(_state.LossInEpoch))
                    return StopAtNaN();
                if (now.IsOutOfTime)
                    return OutOfTime;
                Report(epochs, null);
                if (Seconds - _lastCheckpoint > _betweenCheckpoints.TotalSeconds)
                    WriteCheckpoint();
            }

            Train(data, now.Fraction);
            hasStepped = true;
            _state.TargetsInEpoch += data.TargetsOfAll;
            _state.WorkInEpoch = _state.WorkInEpoch.Plus(TrainingWork.OfStep(data, _network.Shape, _group.Count));
            _state.StepInEpoch++;
            _state.Step++;
        }

        Pause();
        return double.IsFinite(_state.LossInEpoch) ? null : StopAtNaN();

        void Pause()
        {
            _state.LossInEpoch = _lossSum.item<double>();
            _state.SecondsInEpoch = secondsBefore + clock.Elapsed.TotalSeconds;
        }
    }

    private void Stop()
    {
        WriteCheckpoint();
        _group.Barrier(); // the first rank has written it
        throw new OperationCanceledException(_options.CancellationToken);
    }

    private IReadOnlyList<double>? RateFactors()
    {
        IReadOnlyList<double>? factors = _updates?.Factors(Epoch);
        return _options.TokenRate == 1 ? factors
            : [.. _step.Names.Select((name, i) => (factors?[i] ?? 1) * (name == ParameterNames.Tokens ? _options.TokenRate : 1))];
    }

    private void Train(StepData data, double fraction)
    {
        while (true)
        {
            long exchanged = _step.Exchange?.Steps ?? 0;
            try
            {
                _step.Run(data, _learningRate.At(_state.Step, fraction), _lossSum);
                return;
            }
            catch (ExternalException e) when (OutOfMemory.Is(e) && exchanged == (_step.Exchange?.Steps ?? 0))
            {
                if (!_producer.Halve(data))
                    throw new InvalidOperationException($"There is not enough memory on {_device} to train on a single history: lower Width, Layers, MaximumLength or Negatives", e);
                _reporter.Note = $"memory ran out on {_device}: from here at most {_producer.PositionsPerPass} positions go through the network at once; the result stays the same but for rounding";
            }
        }
    }

    private string? Validate()
    {
        var clock = Stopwatch.StartNew();
        double? ndcg = _validator?.Ndcg();
        if (ndcg is double.NaN)
            return StopAtNaN();
        _state.EpochsDone++;
        var epoch = new TrainingEpoch
        {
            Epoch = _state.EpochsDone,
            Loss = _state.LossInEpoch / _state.TargetsInEpoch,
            ValidationNdcg = ndcg,
            DomainNdcg = _validator?.ByDomain,
            Work = _state.WorkInEpoch,
            TrainSeconds = _state.SecondsInEpoch,
            ValidationSeconds = clock.Elapsed.TotalSeconds,
            Seconds = Seconds,
        };
        _state.History.Add(epoch);
        if (ndcg > _best.Ndcg || (ndcg is not null && _best.Epoch == 0))
            _best.Take(epoch.Epoch, ndcg.Value);
        Report(epoch.Epoch, epoch);
        (_state.StepInEpoch, _state.LossInEpoch, _state.TargetsInEpoch, _state.SecondsInEpoch, _state.WorkInEpoch) = (0, 0, 0, 0, new());
        return _state.EpochsDone >= _options.Epochs ? "all epochs done"
            : ndcg is not null && epoch.Epoch - Math.Max(_best.Epoch, EpochsBeforeAllMove) >= _options.Patience ? $"no better validation NDCG@10 in {_options.Patience} epochs"
            : _group.FromFirst(IsOutOfTime ? 1 : 0) > 0 ? OutOfTime
            : null;
    }

    private string StopAtNaN()
    {
        string message = $"the loss is not a number in epoch {Epoch}: lower LearningRate (now {_options.LearningRate}) or GradientClipping (now {_options.GradientClipping})";
        return _best.Epoch > 0 ? message
            : throw new InvalidOperationException($"Training failed before any epoch could be kept: {message}");
    }

    // A disk without room must not cost the training: the checkpoint before stands.
    private void WriteCheckpoint()
    {
        _state.Seconds = Seconds;
        _lastCheckpoint = _state.Seconds;
        try
        {
            _checkpoint?.Write(_state, _network, _step.Optimizer, _best);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _reporter.Note = $"no checkpoint could be written, the one before stands: {e.Message}";
        }
    }

    private void Report(double epochs, TrainingEpoch? completed) => _reporter.Report(
        epochs, Fraction(epochs), Seconds, _state.LossInEpoch / _state.TargetsInEpoch, _state.TargetsInEpoch / _state.SecondsInEpoch, completed);
}
