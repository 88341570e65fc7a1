using System.Diagnostics;
using System.Text;

namespace TaskQueue.DeployTests;

/// <summary>Runs programs with a time limit.</summary>
internal static class Command
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);

    /// <summary>Starts a program whose output is read by the caller.</summary>
    public static Process Start(string folder, string program, params IEnumerable<string> arguments) =>
        Process.Start(Describe(folder, program, arguments))!;

    /// <summary>Runs a program to its end.</summary>
    public static Task<CommandResult> RunAsync(string folder, string program, params IEnumerable<string> arguments) =>
        RunAsync(Describe(folder, program, arguments));

    /// <summary>Runs a program that has to end with 0.</summary>
    public static async Task<CommandResult> SucceedAsync(string folder, string program, params IEnumerable<string> arguments)
    {
        var result = await RunAsync(folder, program, arguments);
        Assert.True(result.Code == 0, $"{program} {string.Join(' ', arguments)}\nexit code {result.Code}\n{result.All}");
        return result;
    }

    /// <summary>Runs what was described to its end, without input.</summary>
    /// <param name="start">What to run.</param>
    /// <param name="limit">How long it may take; ten minutes unless given.</param>
    public static async Task<CommandResult> RunAsync(ProcessStartInfo start, TimeSpan? limit = null)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        end.CancelAfter(limit ?? Limit);
        using var process = Process.Start(start)!;
        try
        {
            process.StandardInput.Close();
            var output = process.StandardOutput.ReadToEndAsync(end.Token);
            var error = process.StandardError.ReadToEndAsync(end.Token);
            await process.WaitForExitAsync(end.Token);
            return new(process.ExitCode, await output, await error);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }

    public static ProcessStartInfo Describe(string folder, string program, params IEnumerable<string> arguments) => new(program, arguments)
    {
        WorkingDirectory = folder,
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
        StandardOutputEncoding = Encoding.UTF8,
    };
}
