namespace MlNetSeqRec.Experiments.Reports;

/// <summary>The figures of some of the users.</summary>
/// <param name="Name">Which users, such as "history 5-9" or "target cold".</param>
/// <param name="Users">How many they are.</param>
/// <param name="Figures">Their figures, among the items that they have not had.</param>
public sealed record ReportSlice(string Name, int Users, ReportFigures Figures);
