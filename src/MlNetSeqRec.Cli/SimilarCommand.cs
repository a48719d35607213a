using System.CommandLine;
using System.Globalization;
using Microsoft.ML;

namespace MlNetSeqRec.Cli;

/// <summary>seqrec similar: the items whose vectors are most like an item's.</summary>
internal static class SimilarCommand
{
    public static Command Make()
    {
        var model = new Option<string>("--model") { Description = "A model.zip", Required = true };
        var item = new Option<string>("--item") { Description = "An item's id", Required = true };
        var count = new Option<int>("--k") { Description = "How many items", DefaultValueFactory = _ => 10 };

        return CommonOptions.Command("similar", "Find the items that a model takes for like an item", (parsed, context, _) =>
        {
            if (parsed.GetValue(count) < 1)
                throw new ArgumentException($"--k is {parsed.GetValue(count)}; at least 1 was expected");
            (ITransformer _, SequentialRecommendationTransformer trained) = ModelFile.Load(context.Ml, parsed.GetValue(model)!);
            string id = parsed.GetValue(item)!;
            if (trained.Catalogue.IndexOf(id) < 0)
                throw new ArgumentException($"The model does not know the item '{id}'");
            IDataView similar = context.Recommendation.SimilarItems(trained, id, parsed.GetValue(count));
            var items = context.Ml.Data.CreateEnumerable<SimilarItem>(similar, reuseRowObject: false)
                .Select(row => new { id = row.SimilarItemId, title = Title(row.SimilarItemId), score = row.Score }).ToArray();
            context.Say($"like {id}  {Title(id)}");
            foreach (var like in context.Json ? [] : items)
                context.Say(string.Create(CultureInfo.InvariantCulture, $"{like.score,8:f3}  {like.id,-14}{like.title}"));
            return new { item = id, title = Title(id), items };

            string Title(string of) => trained.Catalogue.TextOf(trained.Catalogue.IndexOf(of)).Title;
        }, model, item, count);
    }
}
