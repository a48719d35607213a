using TorchSharp;
using static TorchSharp.torch;

namespace MlNetSeqRec;

/// <summary>
/// One step: item vectors, then for each pass states, loss and gradients, then the optimizer. Nothing in it waits for the
/// device.
/// </summary>
internal sealed class TrainingStep : IDisposable
{
    private readonly TrainedItemVectors _vectors;
    private readonly EncoderPass _encoder;
    private readonly ISoftmaxLoss _loss;
    private readonly Device _device;
    private readonly bool _hasIds;
    private readonly bool _updatesRows;
    private readonly int _seed;

    public TrainingStep(SequentialNetwork network, ItemTokens? catalogueText, ISoftmaxLoss loss, SequentialTransformerOptions options, bool updatesRows, Device device)
    {
        (_loss, _device, _updatesRows, _seed) = (loss, device, updatesRows, options.Seed);
        _hasIds = network.Shape.HasIds;
        _vectors = new TrainedItemVectors(network.ItemEncoder, network.Shape.TokenDropout, catalogueText, device);
        _encoder = new EncoderPass(network.SequenceEncoder, network.Shape, options.Precision == TrainingPrecision.BFloat16, device);
        Optimizer = new AdamW([.. _vectors.Parameters, network.SequenceEncoder.Positions, .. _encoder.Weights], options.WeightDecay, options.GradientClipping);
    }

    public AdamW Optimizer { get; }

    /// <summary>Trains on a step's data and adds the sum of its loss to <paramref name="lossSum"/>, on the device.</summary>
    public void Run(StepData data, double learningRate, Tensor lossSum)
    {
        using DisposeScope scope = NewDisposeScope();
        Dropout.Seed(unchecked((_seed * 1_000_003L) + data.Step));
        var step = new DeviceStep(data, data.Buffer.ToDevice(_device));
        Tensor items = _vectors.Forward(step);
        Tensor computed = items.to(_encoder.Type);
        Tensor positions = _encoder.Positions.to(_encoder.Type);
        Tensor itemsGradient = zeros_like(items);
        Tensor positionsGradient = zeros_like(_encoder.Positions);
        Tensor loss = zeros(1, dtype: ScalarType.Float32, device: _device);
        _encoder.Begin();
        foreach (PassData pass in data.Passes)
        {
            using DisposeScope passScope = NewDisposeScope();
            Tensor x = Look(computed, pass.Histories, pass, step).add_(Look(positions, pass.FromEnd, pass, step)).requires_grad_();
            Tensor states = _encoder.Forward(x, pass.Real.Of(step.Block));
            (Tensor sum, Tensor statesGradient) = _loss.Backward(states.detach(), computed, pass, step, 1.0 / data.Targets, itemsGradient);
            loss.add_(sum);
            Tensor byPlace = _encoder.Backward(states, x, statesGradient).view(-1, x.shape[2]).to(ScalarType.Float32);
            itemsGradient.index_add_(0, pass.ByItem.Keys.Of(step.Block), pass.ByItem.Sum(byPlace, step.Block), 1);
            positionsGradient.index_add_(0, pass.ByPosition.Keys.Of(step.Block), pass.ByPosition.Sum(byPlace, step.Block), 1);
        }

        List<Tensor> gradients = [.. _vectors.Backward(itemsGradient), positionsGradient, .. _encoder.Gradients];
        Tensor? rows = _hasIds && data.Items is { } some ? some.Of(step.Block) : null;
        if (rows is not null && !_updatesRows)
        {
            gradients[0] = zeros_like(_vectors.Parameters.First(), requires_grad: false).index_copy_(0, rows, itemsGradient);
            rows = null;
        }

        Optimizer.Step(gradients, learningRate, rows);
        lossSum.add_(loss);
    }

    public void Dispose()
    {
        Optimizer.Dispose();
        _vectors.Dispose();
        _encoder.Dispose();
    }

    // Rows of a table for each place, [rows, length, width].
    private static Tensor Look(Tensor table, Section places, PassData pass, DeviceStep step)
    {
        using (no_grad())
            return table.index_select(0, places.Of(step.Block)).view(pass.Rows, pass.Length, -1);
    }
}
