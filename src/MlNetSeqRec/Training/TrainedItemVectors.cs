using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MlNetSeqRec;

/// <summary>
/// The vectors of a step's items, computed once whatever number of passes use them, and the way back from their gradient to
/// the tables'. Sums of table rows have their gradient as sums by row (<see cref="Grouping"/>): libtorch's own way sorts on the
/// device at every step. Some tokens are dropped, so that no single word carries an item, and some items' ids, so that text
/// learns to do without.
/// </summary>
internal sealed class TrainedItemVectors : IDisposable
{
    private readonly ItemEncoder _encoder;
    private readonly NetworkShape _shape;
    private readonly Parameter[] _adapter;
    private readonly StepData? _catalogueText;
    private readonly Tensor? _catalogueBlock;
    private readonly Tensor? _catalogueScale;
    private readonly Tensor? _ids;
    private readonly Tensor? _tokens;

    private TextData? _text;
    private Tensor? _block;
    private Tensor? _mask;
    private Tensor? _idMask;
    private Tensor? _scale;
    private Tensor? _pooled;
    private Tensor? _adapted;

    /// <param name="encoder">What is trained.</param>
    /// <param name="shape">Has the shares of tokens and ids that are dropped.</param>
    /// <param name="catalogue">The text of the whole catalogue where each step computes it all; else null.</param>
    /// <param name="device">Where the encoder is.</param>
    /// <param name="range">Which rows of the id table are the catalogue; null for all.</param>
    public TrainedItemVectors(ItemEncoder encoder, NetworkShape shape, ItemTokens? catalogue, Device device, ItemRange? range = null)
    {
        (_encoder, _shape) = (encoder, shape);
        _adapter = [.. encoder.AdapterParameters];
        _ids = encoder.IdTable?.detach().DetachFromDisposeScope();
        if (_ids is not null && range is { } part)
        {
            using Tensor whole = _ids;
            _ids = whole.narrow(0, part.First, part.Count).DetachFromDisposeScope();
        }

        _tokens = encoder.TokenVectors?.detach().DetachFromDisposeScope();
        if (catalogue is null || _tokens is null)
            return;
        _catalogueText = new StepData();
        _catalogueText.FillText(catalogue);
        _catalogueBlock = _catalogueText.Buffer.ToDevice(device).DetachFromDisposeScope();
        _catalogueScale = Scale(_catalogueText.Text!, _catalogueBlock);
        _catalogueScale.DetachFromDisposeScope();
    }

    /// <summary>The parameters that <see cref="Backward"/> gives gradients of, in its order.</summary>
    public IEnumerable<Parameter> Parameters => [.. Present(_encoder.IdTable), .. Present(_encoder.TokenVectors), .. _adapter];

    /// <summary>The items' vectors, [items, width], single precision. The caller's scope owns what <see cref="Backward"/> needs.</summary>
    public Tensor Forward(DeviceStep step)
    {
        Tensor? ids = _ids is null ? null : step.Data.Items is { } items ? _ids.index_select(0, items.Of(step.Block)) : _ids;
        if (_tokens is null)
            return ids!;
        (_text, _block, _scale) = step.Data.Items is null
            ? (_catalogueText!.Text!, _catalogueBlock!, _catalogueScale!)
            : (step.Data.Text!, step.Block, Scale(step.Data.Text!, step.Block));
        _mask = _shape.TokenDropout == 0 ? null : Dropout.Mask([_text.Tokens.Length], _shape.TokenDropout, _tokens.device);
        _pooled = (TorchScripts.SumRows(_tokens, _text.Tokens.Of(_block), _text.Offsets.Of(_block), _mask) * _scale).requires_grad_();
        _adapted = _encoder.Adapt(_pooled);
        if (ids is not null && _shape.IdDropout > 0)
        {
            _idMask = (Dropout.Mask([ids.shape[0], 1], _shape.IdDropout, _tokens.device) > 0).logical_or(_scale == 0).to(ScalarType.Float32);
            ids = ids * _idMask;
        }

        return ids is null ? _adapted.detach() : ids + _adapted.detach();
    }

    /// <summary>
    /// The gradients of <see cref="Parameters"/> from that of the vectors. That of the id table has a row for each of the step's
    /// items; the others have their parameter's shape.
    /// </summary>
    public IEnumerable<Tensor> Backward(Tensor gradient)
    {
        var all = new List<Tensor>();
        if (_ids is not null)
            all.Add(_idMask is null ? gradient : gradient * _idMask);
        if (_tokens is null)
            return all;
        Tensor[] recorded = Gradient.Of(_adapted!, gradient, _adapter);
        using (no_grad())
        {
            Tensor byItem = _pooled!.grad! * _scale!;
            Tensor? mask = _mask?.index_select(0, _text!.ByToken.Places.Of(_block!));
            Tensor byToken = _text!.ByToken.Sum(byItem, _block!, _text.ItemOfPlace.Of(_block!), mask);
            all.Add(zeros_like(_tokens).index_add_(0, _text.ByToken.Keys.Of(_block!), byToken, 1));
        }

        return all.Concat(recorded);
    }

    public void Dispose()
    {
        _ids?.Dispose();
        _tokens?.Dispose();
        _catalogueBlock?.Dispose();
        _catalogueScale?.Dispose();
    }

    private Tensor Scale(TextData text, Tensor block)
    {
        using DisposeScope scope = NewDisposeScope();
        return _encoder.PoolingScale(text.Counts.Of(block).to(ScalarType.Float32)).MoveToOuterDisposeScope();
    }

    private static IEnumerable<Parameter> Present(Parameter? parameter) => parameter is null ? [] : [parameter];
}
