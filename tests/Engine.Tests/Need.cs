using System.ComponentModel;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;

namespace TaskQueue.Tests;

/// <summary>What a test needs and a machine may lack: the test is skipped there, and fails where CI is true.</summary>
internal static class Need
{
    /// <param name="isThere">Whether it is there.</param>
    /// <param name="what">What to install or allow.</param>
    public static void That(bool isThere, string what)
    {
        if (!isThere)
            Missing(what);
    }

    /// <summary>Skips the test and says what to install; in CI it fails.</summary>
    [DoesNotReturn]
    public static void Missing(string what)
    {
        if (Environment.GetEnvironmentVariable("CI") is "true")
            Assert.Fail($"CI needs this: {what}");

        Assert.Skip(what);
        throw new UnreachableException();
    }

    /// <summary>Whether a program can be started and ends with 0.</summary>
    public static bool Runs(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments)
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }
}
