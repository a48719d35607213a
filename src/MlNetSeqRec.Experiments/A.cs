namespace MlNetSeqRec.Experiments; internal static class A { }
