using System.ComponentModel;
using System.Diagnostics;
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

    /// <summary>Skips the test unless a program is there and, with these arguments, ends with 0.</summary>
    public static void Program(string what, string program, params string[] arguments)
    {
        if (!Runs(program, arguments))
            Missing(what);
    }

    static bool Runs(string program, string[] arguments)
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
