using System.Globalization;
using Spectre.Console;

namespace MlNetSeqRec.Cli;

/// <summary>Training progress on standard error: a bar in a terminal, a plain line for each epoch elsewhere.</summary>
internal static class ProgressDisplay
{
    /// <param name="work">Told where to report to.</param>
    /// <param name="isShown">False where another process shows it.</param>
    public static T Run<T>(Func<IProgress<TrainingProgress>, T> work, bool isShown = true)
    {
        if (!isShown)
            return work(new Relay(_ => { }));
        if (Console.IsErrorRedirected)
            return work(new Relay(WriteLine));

        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        return console.Progress()
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn())
            .Start(context =>
            {
                ProgressTask task = context.AddTask("training", maxValue: 1);
                T result = work(new Relay(p =>
                {
                    if (p.Note is not null)
                        console.WriteLine($"note: {p.Note}");
                    task.Value = p.Fraction;
                    task.Description = Markup.Escape(DescribeShortly(p));
                }));
                task.Value = 1;
                return result;
            });
    }

    private static void WriteLine(TrainingProgress p)
    {
        if (p.Note is not null)
            Console.Error.WriteLine($"note: {p.Note}");
        if (p.ValidationNdcg is not null)
            Console.Error.WriteLine(Describe(p));
    }

    private static string Describe(TrainingProgress p) => string.Create(
        CultureInfo.InvariantCulture,
        $"{(p.Members > 1 ? $"network {p.Member}/{p.Members}  " : string.Empty)}epoch {p.Epoch}/{p.Epochs}  loss {p.Loss:f4}{(p.ValidationNdcg is { } v ? $"  validation NDCG@10 {v:f4}" : string.Empty)}{(p.BestNdcg is { } b ? $"  best {b:f4}" : string.Empty)}  {p.TargetsPerSecond:n0}/s  {p.Elapsed:hh\\:mm\\:ss}, at most {p.Remaining:hh\\:mm\\:ss} left");

    // Short enough to leave room for the bar in 80 columns.
    private static string DescribeShortly(TrainingProgress p) => string.Create(
        CultureInfo.InvariantCulture,
        $"epoch {p.Epoch} loss {p.Loss:f3}{(p.BestNdcg is { } b ? $" NDCG {b:f4}" : string.Empty)} {p.Remaining:hh\\:mm\\:ss} left");

    // Progress<T> would hand reports to the thread pool, where they could come late and out of order.
    private sealed class Relay(Action<TrainingProgress> report) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => report(value);
    }
}
