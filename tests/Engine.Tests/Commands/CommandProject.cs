using TaskQueue.Commands;
using TaskQueue.Commands.Shell;
using TaskQueue.Contracts;

namespace TaskQueue.Tests.Commands;

/// <summary>Runs verbs of the sample program inside the test, in a project folder of their own.</summary>
internal sealed class CommandProject : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public CommandProject() => Directory.CreateDirectory(_folder["config"]);

    public string Root => _folder.Path;

    public string this[string name] => _folder[name];

    public void Dispose() => _folder.Dispose();

    public void WriteSettings(string text) => File.WriteAllText(_folder["config/task.env"], text);

    /// <summary>Runs one command line.</summary>
    /// <param name="arguments">Separated by spaces.</param>
    public Task<CommandRun> RunAsync(string arguments) => RunAsync(arguments, answer: null);

    /// <param name="arguments">Separated by spaces.</param>
    /// <param name="answer">What a person at the terminal types; null when there is nobody.</param>
    public async Task<CommandRun> RunAsync(string arguments, string? answer)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        using var input = new StringReader(answer ?? "");
        var terminal = new Terminal(output, error, input, Root) { IsInteractive = answer is not null };
        var words = arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var code = await TaskQueueProgram.RunAsync(words, typeof(SampleProgram.EchoTask).Assembly, null, terminal);
        return new(code, output.ToString(), error.ToString());
    }
}

/// <param name="Code">The exit code.</param>
/// <param name="Output">Standard output.</param>
/// <param name="Error">Standard error.</param>
internal sealed record CommandRun(ExitCode Code, string Output, string Error)
{
    public IReadOnlyList<string> ErrorLines => Error.TrimEnd().Split('\n');
}
