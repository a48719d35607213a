namespace MlNetSeqRec.Experiments;

/// <summary>Something that <see cref="Notebook"/> shows.</summary>
/// <param name="Text">It as plain text; for a plot, its name.</param>
/// <param name="MimeType">text/html or image/png.</param>
/// <param name="Data">HTML, or a PNG in Base64.</param>
public sealed record ShownOutput(string Text, string MimeType, string Data);
