using System.Diagnostics;

namespace TaskQueue.Tests.Commands;

/// <summary>A program of the tests as a process of its own: the sample program unless another is named.</summary>
internal static class BuiltProgram
{
    /// <summary>In its own folder: beside the tests it would find the libraries of the tests.</summary>
    private static string Find(string program) =>
        Path.Join(AppContext.BaseDirectory.Replace("Engine.Tests", program, StringComparison.Ordinal), program);

    /// <summary>Runs a line of bash, in which $P is the program.</summary>
    public static async Task<(int Code, string Output, string Error)> ShellAsync(string folder, string script, string program = "SampleProgram")
    {
        Need.That(!OperatingSystem.IsWindows(), "This test needs bash.");
        var start = new ProcessStartInfo("bash", ["-c", script])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["P"] = Find(program);
        using var shell = Process.Start(start)!;
        var stop = TestContext.Current.CancellationToken;
        var output = shell.StandardOutput.ReadToEndAsync(stop);
        var error = await shell.StandardError.ReadToEndAsync(stop);
        await shell.WaitForExitAsync(stop);
        return (shell.ExitCode, await output, error);
    }

    /// <summary>Each verb is to end within 10 s, with this code, and say why in at most three lines.</summary>
    public static async Task AssertRefusedAsync(string folder, int code, string what, params string[] verbs)
    {
        foreach (var verb in verbs)
        {
            var clock = Stopwatch.StartNew();
            var run = await ShellAsync(folder, $"$P {verb}");
            var error = run.Error.TrimEnd().Split('\n').SkipWhile(line => !line.StartsWith("error: ", StringComparison.Ordinal)).ToList();
            Assert.Equal((verb, code), (verb, run.Code));
            Assert.InRange(error.Count, 1, 3);
            Assert.StartsWith($"error: {what}", error[0], StringComparison.Ordinal);
            Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(10) + Noise.Most);
        }
    }
}
