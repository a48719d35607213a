namespace MlNetSeqRec;

/// <summary>Named recipes: what <see cref="SequentialTransformerOptions.Preset"/> starts from. docs/recipes.md says what each is for and how it was measured.</summary>
public enum SequentialTransformerPreset
{
    /// <summary>The defaults: one network of width 128.</summary>
    Base,

    /// <summary>One network of width 64, for quick trials and small machines.</summary>
    Small,

    /// <summary>Four networks of width 128 that look at 200 items, whose scores are averaged: the best ranking, for four times the training time.</summary>
    Large,

    /// <summary>The paper's model as its code has it: text alone, sum pooling, norms after, dot products, 300 popularity negatives a step, a small learning rate.</summary>
    Srt,
}
