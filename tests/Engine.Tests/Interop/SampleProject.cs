using System.Diagnostics;

namespace TaskQueue.Tests.Interop;

/// <summary>The project that ships, in a folder of its own, with programs that are started there.</summary>
internal sealed class SampleProject : IDisposable
{
    private const string Python = "/usr/bin/python3";

    private static readonly string Content = Path.Join(Repository.Root, "content");

    /// <summary>Built beside the tests, in the same configuration.</summary>
    private static readonly string Output = Path.GetRelativePath(Path.Join(Repository.Root, "tests", "Engine.Tests"), AppContext.BaseDirectory);

    private static readonly string Program = Path.Join(Content, Output, "Task-Project.dll");

    private readonly TemporaryFolder _folder = new();
    private readonly Dictionary<string, string> _environment;

    /// <param name="environment">Of all programs.</param>
    public SampleProject(Dictionary<string, string> environment)
    {
        _environment = environment;
        Directory.CreateDirectory(_folder["config"]);
        Directory.CreateDirectory(_folder["sample"]);
        File.Copy(Path.Join(Content, "tasks.feather"), _folder["tasks.feather"]);
        foreach (var file in Directory.EnumerateFiles(Path.Join(Content, "sample")))
            File.Copy(file, Path.Join(_folder["sample"], Path.GetFileName(file)));
    }

    public string this[string name] => _folder[name];

    public void Dispose() => _folder.Dispose();

    /// <summary>Runs a verb, which has to succeed.</summary>
    /// <returns>What it answers.</returns>
    public Task<string> RunAsync(params string[] arguments) => StartAsync("dotnet", ["exec", Program, .. arguments]);

    /// <summary>Runs an example, which has to succeed.</summary>
    /// <param name="folder">Its folder in examples.</param>
    /// <param name="program">Its file.</param>
    /// <returns>What it prints.</returns>
    public Task<string> RunExampleAsync(string folder, string program) =>
        StartAsync("dotnet", "exec", Path.Join(Content, "examples", folder, Output, program));

    /// <summary>Runs Python, with the modules that the system has.</summary>
    public async Task RunPythonAsync(string module, string code)
    {
        Need.That(Need.Runs(Python, "-c", $"import {module}"), $"Python's {module}: apt-get install python3-{module}");
        await File.WriteAllTextAsync(_folder["example.py"], code, TestContext.Current.CancellationToken);
        await StartAsync(Python, "example.py");
    }

    private async Task<string> StartAsync(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = _folder.Path,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in _environment)
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}\n{error}{await output}");
        return await output;
    }
}
