namespace MlNetSeqRec.Experiments.Reports;

/// <summary>An item as people know it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Title">Its title; empty where none is known.</param>
/// <param name="Details">Its brand and categories; empty where none are known.</param>
public sealed record ReportItem(string Id, string Title, string Details = "");
