using TaskQueue.Contracts;

namespace TaskQueue.Settings;

/// <summary>Something in the settings that has to be changed before anything runs.</summary>
/// <param name="What">The name, the value and what is allowed; no secret.</param>
/// <param name="Where">File and line, or the environment.</param>
/// <param name="Next">What to write instead.</param>
public sealed record SettingProblem(string What, string Where, string Next)
{
    /// <summary>All problems as one error: three lines for one problem, a line each for several.</summary>
    public static TaskQueueException ToException(IReadOnlyList<SettingProblem> problems)
    {
        if (problems.Count == 1)
            return new(ExitCode.Configuration, problems[0].What, problems[0].Where, problems[0].Next);

        var lines = problems.Select(problem => $"{problem.Where}: {problem.What}");
        return new(ExitCode.Configuration, $"{problems.Count} settings cannot be used:", string.Join("\n", lines));
    }
}
