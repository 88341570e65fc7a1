namespace TaskQueue.Storage.Gcs;

/// <summary>What is asked of a bucket.</summary>
/// <param name="Verb">Such as read, for errors.</param>
/// <param name="Location">Such as gs://bucket/key, for errors.</param>
/// <param name="IsDownload">Whether the answer is long, and read bit by bit.</param>
internal readonly record struct GcsQuestion(string Verb, string Location, bool IsDownload = false);
