namespace MlNetSeqRec.Data.Generation;

/// <summary>One user's purchases: two projects side by side, a favourite tier of brands, days that only go forward.</summary>
internal sealed class Shopper(Catalogue catalogue, Chance chance, double meanEvents)
{
    public const int FewestEvents = 5;

    /// <summary>Characters of an id.</summary>
    public const int IdLength = 14;

    private const double TurnToOther = 0.45, StayLoyal = 0.75, SameDay = 0.35;

    /// <summary>Items and days, in order.</summary>
    public IEnumerable<(int Item, int Day)> Events()
    {
        int count = FewestEvents + chance.Geometric(meanEvents - FewestEvents);
        int favourite = chance.Skewed(Catalogue.Tiers, 1.5);
        var projects = new[] { Start(), Start() };
        int active = 0, day = chance.Below(2000);
        for (int n = 0; n < count; n++)
        {
            active = chance.Next() < TurnToOther ? 1 - active : active;
            int tier = chance.Next() < StayLoyal ? favourite : chance.Below(Catalogue.Tiers);
            int item = Purchase(projects[active], tier);
            yield return (item, day);
            projects[active] = Advance(projects[active] with { Last = item });
            day += chance.Next() < SameDay ? 0 : 1 + chance.Geometric(20);
        }
    }

    private Project Start() => new(chance.Skewed(catalogue.Categories, 1.6), Stage: 0, Last: -1);

    /// <summary>The variant is a popular one, but not the one bought just before.</summary>
    private int Purchase(Project project, int tier)
    {
        int variants = catalogue.Variants(project.Category, project.Stage, tier);
        int variant = chance.Skewed(variants, 1.6);
        int item = catalogue.Item(project.Category, project.Stage, tier, variant);
        return item == project.Last ? catalogue.Item(project.Category, project.Stage, tier, (variant + 1) % variants) : item;
    }

    /// <summary>Mostly one stage on; sometimes again, sometimes two. Refills repeat until the interest drifts.</summary>
    private Project Advance(Project project)
    {
        double step = chance.Next();
        if (project.Stage == Catalogue.Stages - 1)
        {
            return step < 0.45 ? project : project with { Category = Related(project.Category), Stage = 0 };
        }

        int stage = project.Stage + (step < 0.15 ? 0 : step < 0.85 ? 1 : 2);
        return project with { Stage = Math.Min(stage, Catalogue.Stages - 1) };
    }

    /// <summary>One of two categories that follow each category; popular ones (low numbers) follow more often.</summary>
    private int Related(int category)
    {
        long other = ((category * 5L) + (chance.Next() < 0.65 ? 3 : 7)) % catalogue.Categories;
        return (int)(Math.Pow((double)other / catalogue.Categories, 1.5) * catalogue.Categories);
    }

    /// <summary>Writes the <see cref="IdLength"/> characters of a user's id.</summary>
    public static void WriteId(long user, Span<byte> id)
    {
        ulong scattered = Chance.Mix((ulong)user);
        id[0] = (byte)'A';
        for (int at = IdLength - 1; at >= 1; at--)
        {
            id[at] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"u8[(int)(scattered % 36)];
            scattered /= 36;
        }
    }

    private readonly record struct Project(int Category, int Stage, int Last);
}
