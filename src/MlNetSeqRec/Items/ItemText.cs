namespace MlNetSeqRec;

/// <summary>What is known about an item in words. A part that is not known is empty, never null.</summary>
/// <param name="Title">The title, as written by the shop.</param>
/// <param name="Brand">The brand or maker.</param>
/// <param name="Categories">The category path, from the widest to the narrowest, or any set of labels such as genres.</param>
public sealed record ItemText(string Title, string Brand, IReadOnlyList<string> Categories)
{
    /// <summary>The text of an item of which nothing is known.</summary>
    internal static readonly ItemText None = new("", "", []);

    internal bool IsEmpty => string.IsNullOrWhiteSpace(Title) && string.IsNullOrWhiteSpace(Brand) && Categories.Count == 0;
}
