namespace MlNetSeqRec.Notebooks;

/// <summary>A cell of a notebook.</summary>
/// <param name="IsCode">Whether it is C#; else it is Markdown.</param>
/// <param name="Text">Its text, without a line end after the last line.</param>
public sealed record Cell(bool IsCode, string Text);
