using System.Diagnostics;
using System.Text;

namespace TaskQueue.TemplateTests;

/// <summary>Runs command lines as a person would, and keeps a transcript of all of them for a test that fails.</summary>
internal sealed class Shell(string home)
{
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
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        var result = new CommandResult(process.ExitCode, await output, await error);
        _transcript.AppendLine($"{folder}$ {command}\n{result.Output}{result.Error}exit code {result.Code}\n");
        return result;
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
