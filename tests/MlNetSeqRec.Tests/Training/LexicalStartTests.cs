using static TorchSharp.torch;

namespace MlNetSeqRec.Tests.Training;

/// <summary>A network that begins as similarity of texts: before any training the latest item's namesakes come first, by rare words.</summary>
public class LexicalStartTests
{
    // All items share a word, half of them a colour, and items 0 and 1, of different colours, a rare word.
    private static readonly ItemCatalogue _catalogue = new(
        Enumerable.Range(0, 60).Select(i => ($"i{i}", new ItemText($"cream {(i < 2 ? "lacquer" : "soap")} {(i % 2 == 0 ? "blue" : "red")}", "", []))));

    private static readonly ItemTokenizer _tokenizer = ItemTokenizer.Train(_catalogue, 400);

    [Fact]
    public void RareWordsInCommonComeFirstBeforeAnyTraining()
    {
        Assert.Equal(1, NextAfter(0, lexical: true));
        Assert.Equal(0, NextAfter(1, lexical: true));
        double rarest = Length("lacquer"), common = Length("cream");
        Assert.True(rarest > 3 * common, $"the row of a rare word is {rarest} long and that of one in every item {common}");
    }

    [Fact]
    public void RandomBlocksDrownTheTextOtherwise() =>
        Assert.True(Similarity(lexical: true) > 0.9 && Similarity(lexical: false) < 0.8, $"{Similarity(true)} and {Similarity(false)}");

    private static double Length(string word)
    {
        float[] rows = Network(lexical: true).ItemEncoder.TokenVectors!.Values<float>();
        int row = Assert.Single(_tokenizer.Vocabulary.Encode(word));
        return Math.Sqrt(rows.AsSpan(row * 64, 64).ToArray().Sum(value => (double)value * value));
    }

    private static int NextAfter(int item, bool lexical)
    {
        float[] scores = Scores(item, lexical);
        scores[item] = float.NegativeInfinity;
        return Array.IndexOf(scores, scores.Max());
    }

    // Of a state and the vector of the latest item.
    private static double Similarity(bool lexical) => Scores(0, lexical)[0];

    private static float[] Scores(int item, bool lexical)
    {
        SequentialNetwork network = Network(lexical);
        network.eval();
        using IDisposable _ = no_grad();
        using var text = new TokenTable(_tokenizer.Tokenize(_catalogue), CPU);
        Tensor items = network.ItemEncoder.Encode(null, text.All);
        Tensor state = network.Encode(items, tensor(new long[] { item }).view(1, 1), zeros(1, 1, dtype: ScalarType.Int64));
        return MlNetSeqRec.Similarity.Compared(items, 1).mv(state.view(-1)).Values<float>();
    }

    private static SequentialNetwork Network(bool lexical)
    {
        random.manual_seed(5);
        var network = new SequentialNetwork(new NetworkShape { Encoding = ItemEncoding.Text, Items = 60, TokenRows = _tokenizer.RowCount, Width = 64, Layers = 2, Heads = 2, MaximumLength = 6, Dropout = 0, TokenDropout = 0, Temperature = 1 });
        if (lexical)
            LexicalStart.Apply(network, [_tokenizer.Tokenize(_catalogue)]);
        return network;
    }
}
