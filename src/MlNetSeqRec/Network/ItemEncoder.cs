using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using F = TorchSharp.torch.nn.functional;

namespace MlNetSeqRec;

/// <summary>The text of some items as one flat list of token rows, and where each item's tokens begin.</summary>
/// <param name="Tokens">Rows of the token table, [tokens], int64.</param>
/// <param name="Offsets">Where each item's tokens begin, [items], int64.</param>
/// <param name="Counts">Each item's number of tokens, [items], float.</param>
internal sealed record TokenBatch(Tensor Tokens, Tensor Offsets, Tensor Counts);

/// <summary>
/// Item vectors [items, width] from ids, from text, or from both. The text part follows SRT's feature extractor (token
/// tables over title, brand and categories, pooled, then an adapter), by default with pooling by sum / sqrt(count)
/// and an adapter that adds a small feed-forward network to the pooled vector.
/// Some tokens are dropped in training (see <see cref="TrainedItemVectors"/>), so that no single word carries an item.
/// </summary>
internal sealed class ItemEncoder : Module
{
    private readonly Embedding? ids;
    private readonly EmbeddingBag? tokens;
    private readonly LayerNorm? adapterNorm;
    private readonly Linear? adapterIn;
    private readonly Linear? adapterOut;
    private readonly TextPooling _pooling;
    private readonly bool _isResidual;

    public ItemEncoder(NetworkShape shape)
        : base(nameof(ItemEncoder))
    {
        (_pooling, _isResidual) = (shape.Pooling, shape.Adapter == TextAdapter.Residual);
        if (shape.HasIds)
            ids = Embedding(shape.Items, shape.Width);
        if (shape.HasText)
        {
            tokens = EmbeddingBag(shape.TokenRows, shape.Width, mode: EmbeddingBagMode.Sum);
            if (_isResidual)
                (adapterNorm, adapterIn) = (LayerNorm(shape.Width), Linear(shape.Width, shape.Width));
            adapterOut = Linear(shape.Width, shape.Width);
        }

        RegisterComponents();
    }

    /// <summary>One vector an item, [items, width]; null without ids.</summary>
    public Parameter? IdTable => ids?.weight;

    /// <summary>One vector a token, [token rows, width]; null without text.</summary>
    public Parameter? TokenVectors => tokens?.weight;

    /// <summary>The parameters of <see cref="Adapt"/>.</summary>
    public IEnumerable<Parameter> AdapterParameters => NamedAdapter.Select(named => named.parameter);

    /// <summary>Their names, in the same order.</summary>
    public IEnumerable<string> AdapterNames => NamedAdapter.Select(named => named.name);

    private IEnumerable<(string name, Parameter parameter)> NamedAdapter => named_parameters().Where(named => named.name is not ("ids.weight" or "tokens.weight"));

    /// <summary>Vectors of the items whose ids are given (null: all), whose text is <paramref name="text"/>, in that order.</summary>
    /// <param name="items">Rows of the id table, int64; null for the whole catalogue. Not used without ids.</param>
    /// <param name="text">Tokens of the same items; not used without text.</param>
    /// <param name="popularity">
    /// How often training saw the same items; null while it goes on. An item that it never saw is scored from its text alone,
    /// where it has any: its id's vector has learnt nothing but that it was no target.
    /// </param>
    public Tensor Encode(Tensor? items, TokenBatch? text, Tensor? popularity = null)
    {
        Tensor? fromIds = ids is null ? null : items is null ? ids.weight! : ids.weight!.index_select(0, items);
        Tensor? fromText = tokens is null ? null : EncodeText(text!);
        if (fromIds is not null && fromText is not null && popularity is not null)
            fromIds = fromIds * (popularity > 0).logical_or(text!.Counts == 0).unsqueeze(1);
        return fromIds is null ? fromText! : fromText is null ? fromIds : fromIds + fromText;
    }

    /// <summary>Vectors from text alone, for items that the id table does not know.</summary>
    public Tensor EncodeText(TokenBatch text) => Adapt(TorchScripts.SumRows(tokens!.weight!.detach(), text.Tokens, text.Offsets, null) * PoolingScale(text.Counts));

    /// <summary>What the sums of token vectors are multiplied by, [items, 1]; 0 without tokens.</summary>
    /// <param name="counts">Each item's number of tokens, [items], float.</param>
    public Tensor PoolingScale(Tensor counts)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor some = counts > 0, atLeastOne = counts.clamp_min(1);
        Tensor scale = _pooling switch
        {
            TextPooling.SquareRoot => atLeastOne.rsqrt(),
            TextPooling.Mean => atLeastOne.reciprocal(),
            _ => ones_like(counts),
        };
        return (scale * some).unsqueeze(1).MoveToOuterDisposeScope();
    }

    /// <summary>Item vectors from the scaled sums of their tokens' vectors, both [items, width].</summary>
    public Tensor Adapt(Tensor pooled) => _isResidual
        ? pooled + adapterOut!.call(F.gelu(adapterIn!.call(adapterNorm!.call(pooled))))
        : adapterOut!.call(pooled);
}
