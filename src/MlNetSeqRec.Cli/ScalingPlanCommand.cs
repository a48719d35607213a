using System.CommandLine;
using System.Globalization;
using MlNetSeqRec.Experiments.Scaling;

namespace MlNetSeqRec.Cli;

/// <summary>seqrec scaling plan: what to train for a budget.</summary>
internal static class ScalingPlanCommand
{
    public static Command Make()
    {
        var selection = new RunSelection();
        var flops = new Option<double?>("--flops") { Description = "The budget, FLOPs as the runs count them" };
        var hours = new Option<double?>("--gpu-hours") { Description = "The budget, hours on the device that the runs were made on" };
        var epochs = new Option<int?>("--epochs") { Description = "Passes over the data; by default what runs took to their best" };
        var events = new Option<double?>("--most-events") { Description = "Training events that there are; by default those of the runs' largest data" };
        var beyond = new Option<bool>("--extrapolate") { Description = "Plan even beyond what the runs cover" };
        var resamplings = new Option<int>("--bootstrap") { Description = "Resamplings for the interval", DefaultValueFactory = _ => 200 };

        return CommonOptions.Command("plan", "What to train for a budget: width, depth, data and epochs, and what NDCG to expect", (parsed, context, _) =>
        {
            if (parsed.GetValue(flops) is null == parsed.GetValue(hours) is null)
                throw new ArgumentException("Give the budget as --flops or as --gpu-hours, one of them");
            Plan plan = Planner.Make(selection.Read(parsed), new PlanOptions
            {
                Budget = parsed.GetValue(flops) ?? parsed.GetValue(hours)!.Value,
                IsHours = parsed.GetValue(hours) is not null,
                Epochs = parsed.GetValue(epochs),
                MostEvents = parsed.GetValue(events),
                MayExtrapolate = parsed.GetValue(beyond),
                Resamplings = parsed.GetValue(resamplings),
                Seed = context.Seed,
            });
            if (!context.Json)
                Tell(context, plan);
            return new
            {
                plan.Budget,
                plan.Unit,
                parameters = Math.Round(plan.Parameters),
                plan.Width,
                plan.Layers,
                events = Math.Round(plan.Events),
                interactions = Math.Round(plan.Interactions),
                plan.Epochs,
                plan.Predicted,
                interval = plan.Interval is { } interval ? ScalingJson.Pair(interval) : null,
                plan.FrontierPredicts,
                plan.ParametersExponent,
                plan.EventsExponent,
                plan.Off,
                extrapolates = plan.Extrapolates,
                plan.Notes,
            };
        }, [.. selection.Options, flops, hours, epochs, events, beyond, resamplings]);
    }

    private static void Tell(Context context, Plan plan)
    {
        void Say(FormattableString line) => context.Say(line.ToString(CultureInfo.InvariantCulture));
        Say($"for {plan.Budget:g4} {plan.Unit}: {plan.Parameters:n0} parameters, {plan.Events:n0} events, {plan.Epochs} epochs");
        if (plan.Width is { } width)
            Say($"  train --width {width} --layers {plan.Layers} --epochs {plan.Epochs}; sweep --widths {width} --layers {plan.Layers} --sizes {plan.Interactions:f0} --epochs {plan.Epochs}");
        Say($"  expected metric {plan.Predicted:f4}{(plan.Interval is { } interval ? string.Create(CultureInfo.InvariantCulture, $" ({interval.Lower:f4} to {interval.Upper:f4})") : string.Empty)}{(plan.FrontierPredicts is { } frontier ? string.Create(CultureInfo.InvariantCulture, $"; by the curve over FLOPs {frontier:f4}") : string.Empty)}");
        Say($"  the best parameters grow as budget^{plan.ParametersExponent:f3}, the best events as budget^{plan.EventsExponent:f3}");
        foreach (OffPlan off in plan.Off)
            Say($"  {off.Factor:g2} × the parameters: {off.Parameters:n0}, {off.Events:n0} events, {off.Predicted:f4} ({-off.Loss:+0.0000;-0.0000;0})");
        foreach (string note in plan.Extrapolates)
            Say($"  beyond the runs: {note}");
        foreach (string note in plan.Notes)
            Say($"  note: {note}");
    }
}
