namespace MlNetSeqRec;

/// <summary>Whether a pre-trained model is one that the options ask for.</summary>
internal static class PretrainedFit
{
    private static readonly SequentialTransformerOptions _defaults = new();

    /// <exception cref="ArgumentException">The pre-trained model has another kind of item vectors, or another size, than asked for.</exception>
    public static void Check(NetworkShape shape, SequentialTransformerOptions wanted)
    {
        if (!shape.HasText)
            throw new ArgumentException("The pre-trained model knows items by their ids alone (ItemEncoding Id), which say nothing about another catalogue: pre-train with ItemEncoding Text or IdAndText");
        if (wanted.ItemEncoding == ItemEncoding.Id)
            throw new ArgumentException($"ItemEncoding Id was asked for, and the pre-trained model makes item vectors by {shape.Encoding}: use Text or IdAndText");
        Check(nameof(wanted.Width), wanted.Width, _defaults.Width, shape.Width);
        Check(nameof(wanted.Layers), wanted.Layers, _defaults.Layers, shape.Layers);
        Check(nameof(wanted.Heads), wanted.Heads, _defaults.Heads, shape.Heads);
        Check(nameof(wanted.MaximumLength), wanted.MaximumLength, _defaults.MaximumLength, shape.MaximumLength);
    }

    private static void Check(string name, int wanted, int byDefault, int there)
    {
        if (wanted != byDefault && wanted != there)
            throw new ArgumentException($"{name} {wanted} was asked for, and the pre-trained model has {there}");
    }
}
