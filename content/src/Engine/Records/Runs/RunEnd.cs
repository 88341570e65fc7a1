namespace TaskQueue.Records.Runs;

/// <summary>Says that nothing more of a run is to be done: <c>ended/&lt;run&gt;.json</c>. It stays when the run is deleted.</summary>
/// <param name="Run">Which.</param>
/// <param name="IsDeleted">Whether its records were removed too, and none may come back.</param>
/// <param name="At">When a person asked for it.</param>
public sealed record RunEnd(string Run, bool IsDeleted, DateTimeOffset At);
