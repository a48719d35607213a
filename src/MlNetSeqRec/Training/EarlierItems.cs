using TorchSharp;
using static TorchSharp.torch;

namespace MlNetSeqRec;

/// <summary>The items that a shopper had before each position.</summary>
/// <param name="Histories">Item rows, [rows, length].</param>
/// <param name="Places">The place (row × length + column) of each position, [positions].</param>
internal sealed record EarlierItems(Tensor Histories, Tensor Places)
{
    /// <summary>Gives minus infinity to them, unless one is the target.</summary>
    /// <param name="scores">Of some positions, [some, items].</param>
    /// <param name="targets">The positions' targets, [some, 1].</param>
    /// <param name="first">The first of these positions.</param>
    public void LeaveOut(Tensor scores, Tensor targets, long first)
    {
        using DisposeScope scope = NewDisposeScope();
        long length = Histories.shape[1];
        Tensor places = Places.narrow(0, first, scores.shape[0]);
        Tensor column = places.remainder(length).unsqueeze(1);
        Tensor own = Histories.index_select(0, places.floor_divide(length));
        Tensor earlier = where(arange(length, device: scores.device) <= column, own, own.gather(1, column));
        Tensor kept = scores.gather(1, targets);
        scores.scatter_(1, earlier, full(1, float.NegativeInfinity, dtype: scores.dtype, device: scores.device).expand(earlier.shape));
        scores.scatter_(1, targets, kept);
    }
}
