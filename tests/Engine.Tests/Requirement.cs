using System.Diagnostics.CodeAnalysis;

namespace TaskQueue.Tests;

/// <summary>What a test needs and a machine may lack.</summary>
internal static class Requirement
{
    /// <summary>Skips the test and says what to install; in CI it fails.</summary>
    [DoesNotReturn]
    public static void Missing(string what)
    {
        if (Environment.GetEnvironmentVariable("CI") is "true")
            Assert.Fail($"CI needs {what}");
        Assert.Skip($"This test needs {what}");
        throw new InvalidOperationException();
    }
}
