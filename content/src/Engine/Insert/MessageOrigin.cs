namespace TaskQueue.Insert;

/// <summary>What all messages of an insert say.</summary>
/// <param name="Run">The run.</param>
/// <param name="Build">Version of the program.</param>
/// <param name="MayRepeat">Whether rows may be queued or done already.</param>
/// <param name="Again">Whether rows run though they are done.</param>
internal readonly record struct MessageOrigin(string Run, string Build, bool MayRepeat, bool Again);
