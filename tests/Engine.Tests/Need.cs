using System.Diagnostics;

namespace TaskQueue.Tests;

/// <summary>Skips a test whose tool is missing on a person's machine; where CI is true it fails instead.</summary>
internal static class Need
{
    /// <param name="isThere">Whether the tool is there.</param>
    /// <param name="what">What to install or allow.</param>
    public static void That(bool isThere, string what)
    {
        if (!isThere && Environment.GetEnvironmentVariable("CI") == "true")
        {
            Assert.Fail($"CI needs this: {what}");
        }

        Assert.SkipUnless(isThere, what);
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
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
