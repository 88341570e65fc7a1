using System.ComponentModel;
using System.Diagnostics;
using TaskQueue.Contracts;

namespace TaskQueue.Local;

/// <summary>
/// Another program of the same source tree, built when it is asked for. It ends when its standard input does: with a signal
/// to us, and when we are killed.
/// </summary>
/// <param name="project">Its project file.</param>
/// <param name="story">Is told what the build says.</param>
internal sealed class SideProgram(string project, TextWriter story)
{
    private const int Success = 0;

    public string Project { get; } = project;

    /// <summary>Whether its source is here.</summary>
    public bool IsHere => File.Exists(Project);

    /// <summary>Builds it and runs it to its end.</summary>
    /// <param name="arguments">Its command line.</param>
    /// <param name="folder">Its working directory.</param>
    /// <param name="cancellationToken">Ends it in order.</param>
    /// <returns>Its exit code.</returns>
    /// <exception cref="TaskQueueException">There is no SDK, or the source does not build (78).</exception>
    public async Task<ExitCode> RunAsync(IEnumerable<string> arguments, string folder, CancellationToken cancellationToken)
    {
        var path = await BuildAsync(cancellationToken);
        using var program = TiedProcess.Start(new ProcessStartInfo("dotnet", ["exec", path, .. arguments, TiedProcess.Option, "true"])
        {
            WorkingDirectory = folder,
        });
        return (ExitCode)await program.WaitAsync(longestStop: null, cancellationToken);
    }

    /// <returns>The path of the built program.</returns>
    private async Task<string> BuildAsync(CancellationToken cancellationToken)
    {
        using var build = Start(new ProcessStartInfo(
            "dotnet", ["build", Project, "--nologo", "--verbosity", "quiet", "--disable-build-servers", "-target:Build", "-getProperty:TargetPath"])
        {
            RedirectStandardOutput = true,
        });
        try
        {
            var output = (await build.StandardOutput.ReadToEndAsync(cancellationToken)).Trim();
            await build.WaitForExitAsync(cancellationToken);
            if (build.ExitCode == Success)
                return output;
            await story.WriteLineAsync(Printable.Lines(output));
        }
        catch (OperationCanceledException)
        {
            build.Kill(entireProcessTree: true);
            throw;
        }
        throw new TaskQueueException(
            ExitCode.Configuration, "It cannot be built here; the reason is above.", Project,
            "It needs the .NET SDK, and its source as the template has it.");
    }

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception e)
        {
            throw new TaskQueueException(
                ExitCode.Configuration, "There is no .NET SDK: dotnet cannot be started.", e.Message,
                "Install it: https://dotnet.microsoft.com/download", e);
        }
    }
}
