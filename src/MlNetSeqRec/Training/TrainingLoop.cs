using System.Diagnostics;
using TorchSharp;
using static TorchSharp.torch;

namespace MlNetSeqRec;

/// <summary>
/// Epochs of steps, each epoch followed by validation, until the epochs, the time or the patience run out. The random
/// numbers of an epoch depend on the seed and the epoch alone, so that a run that goes on from a checkpoint makes the
/// same steps as one that was never interrupted.
/// </summary>
internal sealed class TrainingLoop : IDisposable
{
    private const string OutOfTime = "time limit";

    private readonly SequentialNetwork _network;
    private readonly TokenTable? _tokens;
    private readonly EncodedHistories _histories;
    private readonly BatchPlan _plan;
    private readonly Validator? _validator;
    private readonly SequentialTransformerOptions _options;
    private readonly Device _device;
    private readonly AdamW _optimizer;
    private readonly LearningRate _learningRate;
    private readonly ISoftmaxLoss _loss;
    private readonly NegativeSource _negatives;
    private readonly TrainingState _state = new();
    private readonly BestWeights _best;
    private readonly Stopwatch _clock = new();

    public TrainingLoop(
        SequentialNetwork network,
        TokenTable? tokens,
        EncodedHistories histories,
        BatchPlan plan,
        EncodedHistories? validation,
        int[] popularity,
        SequentialTransformerOptions options,
        Device device)
    {
        (_network, _tokens, _histories, _plan, _options, _device) = (network, tokens, histories, plan, options, device);
        _validator = validation is null ? null : new Validator(network, tokens, validation, popularity, device);
        _optimizer = new AdamW(network.parameters(), options.WeightDecay, options.GradientClipping);
        _learningRate = new LearningRate(options.LearningRate, options.WarmUpSteps, finalShare: 0.1);
        _negatives = new NegativeSource();
        _loss = MakeLoss(popularity);
        _best = new BestWeights(network);
    }

    public TrainingSummary Run()
    {
        Checkpoint? checkpoint = _options.CheckpointFolder is null ? null : new Checkpoint(_options.CheckpointFolder, Fingerprint());
        if (_options.Resume)
            checkpoint?.TryRestore(_state, _network, _optimizer, _best);

        _clock.Start();
        string? ended = _state.Ended;
        while (ended is null)
        {
            ended = TrainEpoch();
            if (ended is not null)
                break; // in the middle of an epoch: the checkpoint before it stands

            ended = Validate();
            _state.SecondsBefore += _clock.Elapsed.TotalSeconds;
            _clock.Restart();
            _state.Ended = ended == OutOfTime ? null : ended; // a later run may have more time
            checkpoint?.Write(_state, _network, _optimizer, _best);
        }

        if (_best.Epoch > 0)
            _best.Restore();
        _network.eval();
        return new TrainingSummary
        {
            Epochs = _state.Epoch,
            BestEpoch = _best.Epoch > 0 ? _best.Epoch : _state.Epoch,
            Ended = ended,
            ValidationNdcg = _best.Epoch > 0 && _validator is not null ? _best.Ndcg : null,
            Seconds = Seconds,
            Parameters = _network.ParameterCount,
            TargetsPerEpoch = _plan.Targets,
            Device = _device.ToString(),
        };
    }

    public void Dispose()
    {
        _optimizer.Dispose();
        _loss.Dispose();
        _best.Dispose();
    }

    private double Seconds => _state.SecondsBefore + _clock.Elapsed.TotalSeconds;

    private bool IsOutOfTime => Seconds >= _options.TimeLimit?.TotalSeconds;

    private double Fraction(double epochs)
    {
        double byEpochs = epochs / _options.Epochs;
        return Math.Min(1, _options.TimeLimit is { } limit ? Math.Max(byEpochs, Seconds / limit.TotalSeconds) : byEpochs);
    }

    // Null, or why training ends. A loss that is not a number ends it: the best weights so far are kept. On a GPU the loss is
    // read, which waits for the device, only when there is something to report.
    private string? TrainEpoch()
    {
        _state.Epoch++;
        _network.train();
        random.manual_seed(unchecked((_options.Seed * 1_000_003L) + _state.Epoch));
        var order = new Random(unchecked((_options.Seed * 7919) + _state.Epoch));
        _negatives.Random = new Random(unchecked((_options.Seed * 104_729) + _state.Epoch));
        IReadOnlyList<SequenceWindow[]> batches = _plan.Epoch(order);

        var epochClock = Stopwatch.StartNew();
        long lastReport = 0;
        long targets = 0;
        using Tensor lossSum = zeros(1, dtype: ScalarType.Float64, device: _device).DetachFromDisposeScope();
        for (int i = 0; i < batches.Count; i++)
        {
            _options.CancellationToken.ThrowIfCancellationRequested();
            double fraction = Fraction(_state.Epoch - 1 + (i / (double)batches.Count));
            Step(batches[i], fraction, lossSum);
            targets += batches[i].Sum(window => window.Length - 1);
            if (IsOutOfTime)
                return double.IsFinite(lossSum.item<double>()) ? OutOfTime : StopAtNaN();
            if (epochClock.ElapsedMilliseconds - lastReport >= 1000)
            {
                lastReport = epochClock.ElapsedMilliseconds;
                double loss = lossSum.item<double>() / targets;
                if (!double.IsFinite(loss))
                    return StopAtNaN();
                Report(_state.Epoch - 1 + ((i + 1.0) / batches.Count), loss, targets / epochClock.Elapsed.TotalSeconds, null);
            }
        }

        _state.Loss = lossSum.item<double>() / targets;
        if (!double.IsFinite(_state.Loss))
            return StopAtNaN();
        _state.TargetsPerSecond = targets / epochClock.Elapsed.TotalSeconds;
        return null;
    }

    private void Step(SequenceWindow[] windows, double fraction, Tensor lossSum)
    {
        using DisposeScope scope = NewDisposeScope();
        TrainingBatch batch = TrainingBatch.Make(_histories, windows, _device);
        _optimizer.ZeroGradients();
        Tensor items = _network.ItemEncoder.Encode(null, _tokens?.All);
        Tensor states = _network.Encode(items, batch.Histories, batch.FromEnd).view(-1, _network.Shape.Width).index_select(0, batch.Real);
        Tensor loss = _loss.Backward(states, items, batch.Targets);
        _optimizer.Step(_learningRate.At(_state.Step++, fraction));
        lossSum.add_(loss.to(ScalarType.Float64) * batch.Targets.shape[0]);
    }

    private string? Validate()
    {
        if (_validator is null)
        {
            Report(_state.Epoch, _state.Loss, _state.TargetsPerSecond, null);
            return IsOutOfTime ? OutOfTime : _state.Epoch >= _options.Epochs ? "all epochs done" : null;
        }

        double ndcg = _validator.Ndcg();
        if (double.IsNaN(ndcg))
            return StopAtNaN();
        if (ndcg > _best.Ndcg || _best.Epoch == 0)
            _best.Take(_state.Epoch, ndcg);
        Report(_state.Epoch, _state.Loss, _state.TargetsPerSecond, ndcg);
        return IsOutOfTime ? OutOfTime
            : _state.Epoch >= _options.Epochs ? "all epochs done"
            : _state.Epoch - _best.Epoch >= _options.Patience ? $"no better validation NDCG@10 in {_options.Patience} epochs"
            : null;
    }

    private string StopAtNaN()
    {
        string message = $"the loss is not a number in epoch {_state.Epoch}: lower LearningRate (now {_options.LearningRate}) or GradientClipping (now {_options.GradientClipping})";
        return _best.Epoch > 0 ? message
            : throw new InvalidOperationException($"Training failed before any epoch could be kept: {message}");
    }

    private void Report(double epochs, double loss, double speed, double? ndcg)
    {
        double fraction = Fraction(epochs);
        double elapsed = Seconds;
        _options.Progress?.Report(new TrainingProgress
        {
            Epoch = _state.Epoch,
            Epochs = _options.Epochs,
            Fraction = fraction,
            Loss = loss,
            ValidationNdcg = ndcg,
            BestNdcg = _best.Epoch > 0 ? _best.Ndcg : null,
            TargetsPerSecond = speed,
            Elapsed = TimeSpan.FromSeconds(elapsed),
            Remaining = TimeSpan.FromSeconds(fraction > 0 ? elapsed * (1 - fraction) / fraction : 0),
        });
    }

    // Against the whole catalogue while that is about as quick as anything else, against drawn negatives beyond.
    private ISoftmaxLoss MakeLoss(int[] popularity)
    {
        int negatives = _options.Negatives ?? (popularity.Length <= (_device.type == DeviceType.CUDA ? 200_000 : 50_000) ? 0 : 4096);
        return negatives == 0
            ? new FullSoftmaxLoss(popularity.Length, _device.type == DeviceType.CUDA ? 256_000_000 : 8_000_000)
            : new SampledSoftmaxLoss(new NegativeSampler(_options.NegativeSampling, popularity), negatives, _negatives);
    }

    // What must agree for a checkpoint to be of this run.
    private string Fingerprint() => string.Join(
        "; ",
        _network.Shape.ToString(),
        $"histories {_histories.Count}, events {_histories.Items.Length}",
        $"epochs {_options.Epochs}, batch {_options.PositionsPerBatch}, rate {_options.LearningRate}, warm-up {_options.WarmUpSteps}, decay {_options.WeightDecay}, clipping {_options.GradientClipping}",
        $"negatives {_options.Negatives} {_options.NegativeSampling}, seed {_options.Seed}");
}
