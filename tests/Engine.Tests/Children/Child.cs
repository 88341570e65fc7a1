using System.Diagnostics;

namespace TaskQueue.Tests.Children;

/// <summary>A process of this assembly that a test started; killed when the test ends.</summary>
internal sealed class Child : IDisposable
{
    private readonly Process _process;

    private Child(ProcessStartInfo start) => _process = Process.Start(start)!;

    public StreamReader Output => _process.StandardOutput;

    /// <summary>Closed when the test program ends.</summary>
    public StreamWriter Input => _process.StandardInput;

    /// <summary>Starts this assembly in a role of <see cref="ChildProgram"/>.</summary>
    public static Child Start(params string[] roleAndArguments) => StartThrough([], roleAndArguments);

    /// <summary>Starts it through a program that gives it other rights or another view of the disk.</summary>
    /// <param name="wrapper">Program and arguments, such as those of unshare.</param>
    /// <param name="roleAndArguments">A role of <see cref="ChildProgram"/> and its arguments.</param>
    public static Child StartThrough(string[] wrapper, params string[] roleAndArguments)
    {
        string[] command =
        [
            .. wrapper, Environment.ProcessPath is { } path && Path.GetFileName(path).StartsWith("dotnet", StringComparison.Ordinal)
                ? path : "dotnet",
            "exec", typeof(Child).Assembly.Location, ChildProgram.Switch, .. roleAndArguments,
        ];
        return new Child(new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        });
    }

    public async Task<(int ExitCode, string Error)> WaitAsync(CancellationToken cancellationToken)
    {
        var error = await _process.StandardError.ReadToEndAsync(cancellationToken);
        await _process.WaitForExitAsync(cancellationToken);
        return (_process.ExitCode, error);
    }

    /// <summary>Sends a signal, such as TERM.</summary>
    public void Signal(string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", $"{_process.Id}"]);
        kill.WaitForExit();
    }

    /// <summary>Ends it as kill -9 does.</summary>
    public async Task KillAsync(CancellationToken cancellationToken)
    {
        _process.Kill();
        await _process.WaitForExitAsync(cancellationToken);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);

        _process.Dispose();
    }
}
