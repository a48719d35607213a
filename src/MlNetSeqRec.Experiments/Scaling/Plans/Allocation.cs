namespace MlNetSeqRec.Experiments.Scaling;

/// <summary>The best parameters and events for a budget, by the additive law and what they cost.</summary>
/// <param name="Law">Coefficients of an <see cref="AdditiveLaw"/>: E, A, α, B, β.</param>
/// <param name="Cost">The cost of an event.</param>
/// <param name="Epochs">Passes over the data; over one event's worth of it where they change with its size.</param>
/// <param name="EpochsPower">Passes change as this power of the events: below 0 where more data need fewer.</param>
public sealed record Allocation(IReadOnlyList<double> Law, CostLaw Cost, double Epochs, double EpochsPower = 0)
{
    /// <summary>N grows as this power of the budget.</summary>
    public double ParametersExponent => Beta / ((Cost.Gamma * Beta) + (EventsPower * Alpha));

    /// <summary>T grows as this power of the budget.</summary>
    public double EventsExponent => Alpha / ((Cost.Gamma * Beta) + (EventsPower * Alpha));

    // A run's cost grows as this power of its events.
    private double EventsPower => 1 + EpochsPower;

    private double Alpha => Law[2];

    private double Beta => Law[4];

    /// <summary>Where the law is greatest for a cost of <paramref name="budget"/>: its derivatives by both, for their cost, are equal.</summary>
    /// <exception cref="InvalidDataException">The law has no greatest value: more parameters or more events do not help by it.</exception>
    public (double Parameters, double Events, double Predicted) For(double budget)
    {
        if (Law[1] <= 0 || Law[3] <= 0 || Alpha <= 0 || Beta <= 0)
            throw new InvalidDataException($"The fitted law gives nothing for {(Law[1] <= 0 ? "more parameters" : "more data")} (A = {Law[1]:g4}, B = {Law[3]:g4}): these runs do not say how to divide a budget");
        double room = Math.Log(budget / (Cost.K * Epochs));
        double ratio = Math.Log(Beta * Law[3] * Cost.Gamma / (Alpha * Law[1] * EventsPower));
        double lnN = (room - (EventsPower * ratio / Beta)) / (Cost.Gamma + (EventsPower * Alpha / Beta));
        double lnT = ((Alpha * lnN) + ratio) / Beta;
        return (Math.Exp(lnN), Math.Exp(lnT), Value(Math.Exp(lnN), Math.Exp(lnT)));
    }

    /// <summary>The law's value with other parameters and what events the budget then allows.</summary>
    public (double Events, double Predicted) With(double parameters, double budget)
    {
        double events = Math.Pow(budget / (Cost.K * Math.Pow(parameters, Cost.Gamma) * Epochs), 1 / EventsPower);
        return (events, Value(parameters, events));
    }

    /// <summary>Passes over so many events.</summary>
    public double EpochsFor(double events) => Epochs * Math.Pow(events, EpochsPower);

    /// <summary>The parameters that a budget allows with so many events.</summary>
    public double ParametersWith(double events, double budget) => Math.Pow(budget / (Cost.K * events * EpochsFor(events)), 1 / Cost.Gamma);

    private double Value(double parameters, double events) => new AdditiveLaw().Evaluate(Law, [parameters, events]);
}
