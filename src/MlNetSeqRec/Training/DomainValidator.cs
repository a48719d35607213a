namespace MlNetSeqRec;

/// <summary>The mean over domains of NDCG@10, each within its own catalogue, so that a large domain does not decide alone.</summary>
internal sealed class DomainValidator(IReadOnlyList<(string Name, Validator Validator)> domains) : IValidator
{
    public IReadOnlyDictionary<string, double>? ByDomain { get; private set; }

    public double Ndcg()
    {
        var figures = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach ((string name, Validator validator) in domains)
            figures[name] = validator.Ndcg();
        ByDomain = figures;
        return figures.Values.Average();
    }

    public void Dispose()
    {
        foreach ((_, Validator validator) in domains)
            validator.Dispose();
    }
}
