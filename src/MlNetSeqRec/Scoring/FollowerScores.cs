using TorchSharp;
using static TorchSharp.torch;

namespace MlNetSeqRec;

/// <summary>
/// What the scores of some histories gain from their latest items, on the device: pairs of a history and a candidate, a pair once
/// for each item that it gains from.
/// </summary>
/// <param name="Rows">The history of each pair, [pairs], int64.</param>
/// <param name="Places">The candidate of each pair, [pairs], int64.</param>
/// <param name="Gains">What its score gains, [pairs].</param>
internal sealed record FollowerScores(Tensor Rows, Tensor Places, Tensor Gains)
{
    /// <summary>Null where nothing gains. The caller's dispose scope owns the tensors.</summary>
    public static FollowerScores? Of(DeviceGains gained, IReadOnlyList<ReadOnlyMemory<int>> histories, Candidates among)
    {
        var (rows, begins, lengths, shares) = (new List<long>(), new List<long>(), new List<long>(), new List<float>());
        for (int row = 0; row < histories.Count; row++)
        {
            foreach ((long first, int length, float share) in gained.Adding(histories[row]))
            {
                rows.Add(row);
                begins.Add(first);
                lengths.Add(length);
                shares.Add(share);
            }
        }

        long count = lengths.Sum();
        if (count == 0)
            return null;
        Device device = among.Vectors.device;
        Tensor own = tensor([.. lengths], device: device);
        Tensor adding = arange(lengths.Count, ScalarType.Int64, device).repeat_interleave(own, output_size: count);
        Tensor place = arange(count, ScalarType.Int64, device) + (tensor([.. begins], device: device) - own.cumsum(0) + own).index_select(0, adding);
        Tensor rowOfEach = tensor([.. rows], device: device).index_select(0, adding);
        Tensor items = gained.Items.index_select(0, place);
        Tensor gains = gained.Gains.index_select(0, place) * tensor([.. shares], device: device).index_select(0, adding);
        return new FollowerScores(rowOfEach, items, gains).Among(among);
    }

    /// <summary>Adds the gains to all scores, [histories, candidates].</summary>
    public void AddTo(Tensor scores)
    {
        using DisposeScope scope = NewDisposeScope();
        (Tensor rows, Tensor places, Tensor gains) = Once(scores.shape[1]);
        scores.view(-1).index_add_(0, (rows * scores.shape[1]) + places, gains, 1);
    }

    /// <summary>Each pair once, by rows, with all that it gains.</summary>
    /// <param name="candidates">How many there are.</param>
    public FollowerScores Once(long candidates)
    {
        (Tensor pairs, Tensor? which, _) = ((Rows * candidates) + Places).unique(return_inverse: true);
        // In double precision a few floats add up to the same in any order, and a GPU adds them in any.
        Tensor gains = zeros(pairs.shape[0], ScalarType.Float64, Gains.device).index_add_(0, which!, Gains.to(ScalarType.Float64), 1);
        return new FollowerScores(pairs.floor_divide(candidates), pairs.remainder(candidates), gains.to(ScalarType.Float32));
    }

    // What was an item becomes the candidate that it is; others are left out.
    private FollowerScores Among(Candidates among)
    {
        if (among.PlacesOfItems is not { } placesOfItems)
            return this;
        Tensor places = placesOfItems.index_select(0, Places);
        Tensor kept = (places >= 0).nonzero().squeeze_(1);
        return new FollowerScores(Rows.index_select(0, kept), places.index_select(0, kept), Gains.index_select(0, kept));
    }
}
