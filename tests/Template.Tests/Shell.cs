using System.Diagnostics;
using System.Text;

namespace TaskQueue.TemplateTests;

/// <summary>Runs command lines as a person would, and keeps a transcript of all of them for a test that fails.</summary>
internal sealed class Shell(string home)
{
    /// <summary>Shorter than the inactivity that ends a whole test run without a word of the command.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(6);

    private readonly StringBuilder _transcript = new();

    /// <summary>Runs a command line in bash.</summary>
    public async Task<CommandResult> RunAsync(string folder, string command)
    {
        var start = new ProcessStartInfo("bash", ["-c", command])
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // The templates and settings of the person at the machine stay as they are.
        start.Environment["DOTNET_CLI_HOME"] = home;
        start.Environment["DOTNET_NOLOGO"] = "1";
        start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment.Remove("CI");
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        var ended = await EndsAsync(process);
        var result = new CommandResult(process.ExitCode, await output, await error);
        _transcript.AppendLine($"{folder}$ {command}\n{result.Output}{result.Error}exit code {result.Code}\n");
        Assert.True(ended, $"{command}\nhas not ended after {Limit.TotalMinutes} minutes.\n{_transcript}");
        return result;
    }

    private static async Task<bool> EndsAsync(Process process)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Limit);
        try
        {
            await process.WaitForExitAsync(limit.Token);
            return true;
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None);
            return false;
        }
    }

    /// <summary>Runs a command line that has to end with 0.</summary>
    public async Task<CommandResult> SucceedAsync(string folder, string command)
    {
        var result = await RunAsync(folder, command);
        Assert.True(result.Code == 0, _transcript.ToString());
        return result;
    }
}

internal sealed record CommandResult(int Code, string Output, string Error)
{
    public string All => Output + Error;
}
