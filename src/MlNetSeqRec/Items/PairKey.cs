namespace MlNetSeqRec;

/// <summary>Two pieces as one number, which no other two have.</summary>
internal static class PairKey
{
    // The hash of a ulong is no more than its halves put together, and small numbers would meet there: an odd factor spreads them and keeps them apart.
    internal static ulong Of(int left, int right) => (((ulong)(uint)left << 32) | (uint)right) * 0x9E3779B97F4A7C15;
}
