namespace MlNetSeqRec.Tests;

public class ChildProcessTests
{
    [Fact]
    public void WhatDoesNotEndInTimeIsKilledWithAllThatItStartedAndItsOutputIsTold()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "there is no sh");
        using var process = new ChildProcess("/", "sh", "-c", "echo begun; echo warned >&2; sleep 600 & wait");
        string message = Assert.ThrowsAny<Exception>(() => process.Wait(TimeSpan.FromMilliseconds(500))).Message; // which holds all that was written until the last of them was gone
        Assert.Contains("sleep 600 & wait has not ended in 00:00:00.5", message, StringComparison.Ordinal);
        Assert.Contains("warned", message, StringComparison.Ordinal);
        Assert.Contains("begun", message, StringComparison.Ordinal);
        Assert.Contains("has ended too early: warned", Assert.ThrowsAny<Exception>(() => process.WaitUntil(() => true)).Message, StringComparison.Ordinal);
    }
}
