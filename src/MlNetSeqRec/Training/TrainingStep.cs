using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MlNetSeqRec;

/// <summary>
/// One step: item vectors, then for each pass states, loss and gradients, then the optimizer. Nothing in it waits for the
/// device. A step is of one domain, whose items alone it knows.
/// </summary>
internal sealed class TrainingStep : IDisposable
{
    private readonly Part[] _parts;
    private readonly EncoderPass _encoder;
    private readonly Device _device;
    private readonly bool _hasIds;
    private readonly bool _updatesRows;
    private readonly int _seed;
    private readonly double _temperature;
    private readonly RecordedSteps? _recorded;
    private readonly GradientExchange? _exchange;
    private readonly int _rank;
    private IReadOnlyList<double>? _recordedFactors;

    /// <summary>A step over the network's whole catalogue, the only domain.</summary>
    public TrainingStep(SequentialNetwork network, ItemTokens? catalogueText, ISoftmaxLoss loss, SequentialTransformerOptions options, bool updatesRows, Device device)
        : this(network, [new StepCatalogue(null, catalogueText, loss)], options, updatesRows, device)
    {
    }

    /// <param name="network">What is trained.</param>
    /// <param name="catalogues">The catalogue of each domain, or a single one of all.</param>
    /// <param name="options">Rates, precision, seed.</param>
    /// <param name="updatesRows">Whether only the used rows of the id table are updated.</param>
    /// <param name="device">Where the network is.</param>
    public TrainingStep(SequentialNetwork network, IReadOnlyList<StepCatalogue> catalogues, SequentialTransformerOptions options, bool updatesRows, Device device)
    {
        (_device, _updatesRows, _seed, _temperature) = (device, updatesRows, options.Seed, network.Shape.Temperature);
        _hasIds = network.Shape.HasIds;
        _parts = [.. catalogues.Select(own => new Part(
            new TrainedItemVectors(network.ItemEncoder, network.Shape, own.Text, device, own.Range), own.Loss, own.Range))];
        _encoder = new EncoderPass(network.SequenceEncoder, network.Shape, options.Precision == TrainingPrecision.BFloat16, device);
        Parameters = [.. _parts[0].Vectors.Parameters, network.SequenceEncoder.Positions, .. _encoder.Weights];
        Names = ParameterNames.Of(network.ItemEncoder, _encoder.Names);
        Optimizer = new AdamW(Parameters, options.WeightDecay, options.GradientClipping);
        if (options.ProcessGroup is { Count: > 1 } group)
            (_exchange, _rank) = (new GradientExchange(group, Parameters, _hasIds), group.Rank);
        else if (options.RecordSteps && !updatesRows)
            _recorded = RecordedSteps.Make(device);
    }

    public AdamW Optimizer { get; }

    /// <summary>What is trained, in the optimizer's order.</summary>
    public IReadOnlyList<Parameter> Parameters { get; }

    /// <summary>The names that the network knows them by, in the same order.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>Draws weights back to where they were; null for none.</summary>
    public WeightAnchor? Anchor { get; set; }

    /// <summary>Adds up the ranks' gradients; null for a process by itself.</summary>
    public GradientExchange? Exchange => _exchange;

    /// <summary>Told the name of each part of the step when it has been asked of the device, for measurements; null for nobody.</summary>
    public Action<string>? Passed { get; set; }

    /// <summary>Whether steps that have a layout are recorded and run from recordings, which takes a stream of its own (<see cref="CudaStream"/>).</summary>
    public bool IsRecorded => _recorded is not null;

    /// <summary>
    /// Trains on a step's data and adds the sum of its loss, over all ranks, to <paramref name="lossSum"/>, on the device: the same
    /// tensor at each call. Where memory runs out in this rank's own part, nothing was changed and no other rank has noticed.
    /// </summary>
    public void Run(StepData data, double learningRate, Tensor lossSum)
    {
        using DisposeScope scope = NewDisposeScope();
        Seed(data, rank: 0);
        Optimizer.Rate = learningRate;
        if (_recorded is null || data.Layout is null || Passed is not null)
        {
            Run(data, data.Buffer.ToDevice(_device), lossSum);
            return;
        }

        if (!(Optimizer.RateFactors ?? []).SequenceEqual(_recordedFactors ?? []))
            _recorded.Clear();
        _recordedFactors = Optimizer.RateFactors; // made anew in each epoch, mostly with the same values
        _recorded.Run(data, block => Run(data, block, lossSum));
    }

    private void Run(StepData data, Tensor block, Tensor lossSum)
    {
        (List<Tensor> gradients, Tensor loss, Tensor? rows) = GradientsOfAll(data, block);
        Anchor?.AddTo(gradients);
        Optimizer.Step(gradients, rows);
        lossSum.add_(loss);
        Passed?.Invoke("optimizer");
    }

    /// <summary>
    /// The gradients of the mean loss by <see cref="Parameters"/>, and the sum of the loss. Where only some rows of the id table
    /// have a gradient that is to be used, the first is that of these rows. The caller's dispose scope owns what it gives. Both are
    /// those of all ranks, each of which must call.
    /// </summary>
    public (List<Tensor> Gradients, Tensor Loss, Tensor? Rows) Gradients(StepData data)
    {
        Seed(data, rank: 0);
        return GradientsOfAll(data, data.Buffer.ToDevice(_device));
    }

    private (List<Tensor> Gradients, Tensor Loss, Tensor? Rows) GradientsOfAll(StepData data, Tensor block)
    {
        var step = new DeviceStep(data, block);
        Part part = _parts[_parts.Length == 1 ? 0 : data.Domain];
        (List<Tensor> gradients, Tensor loss) = OwnGradients(step, part);
        Tensor? rows = !_hasIds ? null : part.RowsOf(step);
        if (_exchange is not null)
        {
            (gradients, loss) = _exchange.Sum(gradients, loss, _hasIds ? data.RowsOfAll?.Places.Of(block) : null, data.RowsOfAll?.Items.Length ?? 0);
            Passed?.Invoke("exchange");
        }

        if (rows is not null && !_updatesRows)
        {
            gradients[0] = zeros_like(Parameters[0], requires_grad: false).index_add_(0, rows, gradients[0], 1); // padding adds zeros
            rows = null;
        }

        return (gradients, loss, rows);
    }

    // Those of this rank's windows, as parts of the mean over all ranks' targets; with ids, the first has the rows of the step's items.
    private (List<Tensor> Gradients, Tensor Loss) OwnGradients(DeviceStep step, Part part)
    {
        StepData data = step.Data;
        Passed?.Invoke("copy");
        Tensor items = part.Vectors.Forward(step);
        if (_rank > 0)
            Seed(data, _rank); // ranks drop the same tokens of items, and other parts of their windows' states
        Tensor computed = items.to(_encoder.Type), compared = Compared(items).to(_encoder.Type);
        Tensor positions = _encoder.Positions.to(_encoder.Type);
        Tensor itemsGradient = zeros_like(items), comparedGradient = _temperature == 0 ? itemsGradient : zeros_like(items);
        Tensor positionsGradient = zeros_like(_encoder.Positions);
        Tensor loss = zeros(1, dtype: ScalarType.Float32, device: _device);
        _encoder.Begin();
        Passed?.Invoke("item vectors");
        foreach (PassData pass in data.Passes)
        {
            using DisposeScope passScope = NewDisposeScope();
            Tensor x = Look(computed, pass.Histories, pass, step).add_(Look(positions, pass.FromEnd, pass, step)).requires_grad_();
            Tensor states = _encoder.Forward(x, pass.Real.Of(step.Block));
            Passed?.Invoke("encoder forward");
            (Tensor sum, Tensor statesGradient) = part.Loss.Backward(states.detach(), compared, pass, step, 1.0 / data.TargetsOfAll, comparedGradient);
            loss.add_(sum);
            Passed?.Invoke("loss");
            Tensor byPlace = _encoder.Backward(states, x, statesGradient).view(-1, x.shape[2]).to(ScalarType.Float32);
            itemsGradient.index_add_(0, pass.ByItem.Keys.Of(step.Block), pass.ByItem.Sum(byPlace, step.Block), 1);
            positionsGradient.index_add_(0, pass.ByPosition.Keys.Of(step.Block), pass.ByPosition.Sum(byPlace, step.Block), 1);
            Passed?.Invoke("encoder backward");
        }

        if (_temperature != 0)
        {
            using (no_grad())
                itemsGradient.add_(Similarity.ItemsGradient(items, comparedGradient));
        }

        List<Tensor> gradients = [.. part.Vectors.Backward(itemsGradient), positionsGradient, .. _encoder.Gradients];
        Passed?.Invoke("item gradients");
        return (gradients, loss);
    }

    public void Dispose()
    {
        _recorded?.Dispose();
        _exchange?.Dispose();
        Optimizer.Dispose();
        foreach (Part part in _parts)
            part.Vectors.Dispose();
        _encoder.Dispose();
    }

    private void Seed(StepData data, int rank) => Dropout.Seed(unchecked((_seed * 1_000_003L) + data.Step + (rank * 0x5DEECE66DL)));

    private Tensor Compared(Tensor items)
    {
        using (no_grad())
            return Similarity.Compared(items, _temperature);
    }

    // Rows of a table for each place, [rows, length, width].
    private static Tensor Look(Tensor table, Section places, PassData pass, DeviceStep step)
    {
        using (no_grad())
            return table.index_select(0, places.Of(step.Block)).view(pass.Rows, pass.Length, -1);
    }

    private sealed record Part(TrainedItemVectors Vectors, ISoftmaxLoss Loss, ItemRange? Range)
    {
        // The rows of the id table that have gradients, those of other ranks among them; null for all.
        public Tensor? RowsOf(DeviceStep step)
        {
            int first = Range?.First ?? 0;
            if ((step.Data.RowsOfAll?.Items ?? step.Data.Items) is { } items)
                return first == 0 ? items.Of(step.Block) : items.Of(step.Block) + first;
            return Range is { } range ? arange(range.First, range.First + range.Count, ScalarType.Int64, step.Block.device) : null;
        }
    }
}
