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

    /// <summary>Runs what was described to its end; input is empty unless given.</summary>
    public static async Task<CommandResult> RunAsync(ProcessStartInfo start, string input = "")
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Limit);
        using var process = Process.Start(start)!;
        try
        {
            await process.StandardInput.WriteAsync(input);
            process.StandardInput.Close();
            var output = process.StandardOutput.ReadToEndAsync(limit.Token);
            var error = process.StandardError.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
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
