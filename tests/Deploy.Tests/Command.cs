using System.Diagnostics;
using System.Text;

namespace TaskQueue.DeployTests;

/// <summary>Runs programs with a time limit.</summary>
internal static class Command
{
    /// <summary>Shorter than the inactivity that ends a whole test run without a word of the command.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(7);

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
    /// <param name="limit">How long it may take; seven minutes unless given.</param>
    public static async Task<CommandResult> RunAsync(ProcessStartInfo start, TimeSpan? limit = null)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        end.CancelAfter(limit ?? Limit);
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        var error = process.StandardError.ReadToEndAsync(CancellationToken.None);
        try
        {
            process.StandardInput.Close();
            await process.WaitForExitAsync(end.Token);
            return new(process.ExitCode, await output.WaitAsync(end.Token), await error.WaitAsync(end.Token));
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            var printed = Task.WhenAll(output, error);
            await Task.WhenAny(printed, Task.Delay(TimeSpan.FromSeconds(10), CancellationToken.None));
            var text = printed.IsCompletedSuccessfully ? string.Concat(await printed) : "A process that it left behind holds its output open.";
            throw new TimeoutException($"{start.FileName} {string.Join(' ', start.ArgumentList)}\nhas not ended in time.\n{text}");
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
