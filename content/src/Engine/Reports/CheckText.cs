using TaskQueue.Contracts;
using TaskQueue.Settings;

namespace TaskQueue.Reports;

/// <summary>
/// Runs a <see cref="ProjectCheck"/> and shows a line for each check, and up to two more for a problem.
/// </summary>
internal sealed class CheckText(TextWriter output)
{
    /// <returns>0, or the exit code of the first problem.</returns>
    public async Task<ExitCode> WriteAsync(ProjectCheck project, CancellationToken cancellationToken)
    {
        var code = ExitCode.Done;
        foreach (var (name, run) in project.Checks)
        {
            var result = await TryAsync(name, run, cancellationToken);
            code = code == ExitCode.Done ? result : code;
        }

        return code;
    }

    /// <summary>Lists every setting with its value and where it comes from.</summary>
    public void WriteSettings(IReadOnlyList<SettingValue> values)
    {
        WriteLine("settings", "ok", values.All(value => value.Source == "default") ? "all are defaults" : "");
        TextColumns.Write([.. values.Select(value => new[] { value.Setting.Name, value.Shown, value.Source })], output);
    }

    private async Task<ExitCode> TryAsync(
        string name, Func<CancellationToken, Task<string>> run, CancellationToken cancellationToken)
    {
        try
        {
            WriteLines(name, "ok", (await run(cancellationToken)).Split('\n'));
            return ExitCode.Done;
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            var (lines, code) = ErrorLines.Of(exception);
            WriteLines(name, "problem", lines);
            return code;
        }
    }

    private void WriteLines(string name, string verdict, IReadOnlyList<string> lines)
    {
        WriteLine(name, verdict, lines[0]);
        foreach (var line in lines.Skip(1))
            WriteLine("", "", line);
    }

    private void WriteLine(string name, string verdict, string text) =>
        output.WriteLine($"{name,-8}  {verdict,-7}  {text}".TrimEnd());
}
