namespace MlNetSeqRec.Experiments.Reports;

/// <summary>One thing to know about a report.</summary>
/// <param name="Name">What it is, such as "Data".</param>
/// <param name="Value">The fact.</param>
public sealed record ReportFact(string Name, string Value);
