namespace MlNetSeqRec.Data; internal static class A { }
