namespace MlNetSeqRec.Experiments.Reports;

/// <summary>A bar of a histogram.</summary>
/// <param name="Label">What is counted in it, such as "5–9" or "2014-03".</param>
/// <param name="Count">How many.</param>
public sealed record ProfileBin(string Label, long Count);
