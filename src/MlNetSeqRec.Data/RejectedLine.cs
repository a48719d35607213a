namespace MlNetSeqRec.Data;

/// <summary>A line of an input file that was left out.</summary>
/// <param name="File">The file, as it was named.</param>
/// <param name="Line">Its line, from 1.</param>
/// <param name="Reason">Why.</param>
public sealed record RejectedLine(string File, long Line, string Reason);
