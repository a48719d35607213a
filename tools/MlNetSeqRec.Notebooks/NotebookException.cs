namespace MlNetSeqRec.Notebooks;

/// <summary>A cell failed; the message says which, and how.</summary>
public sealed class NotebookException(string message, Exception inner) : Exception(message, inner);
