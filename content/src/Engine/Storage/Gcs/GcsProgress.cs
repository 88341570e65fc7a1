using Google.Apis.Upload;

namespace TaskQueue.Storage.Gcs;

/// <summary>
/// Ends an upload that the service takes no more bytes of. The library would go on for as long as it gets answers; how
/// long a single one may take is seen to elsewhere, so a slow upload is not ended.
/// </summary>
internal sealed class GcsProgress
{
    private const int MaxStalls = 5;

    private long _taken;
    private int _stalls;

    /// <exception cref="IOException">Too many parts in turn brought the upload no further.</exception>
    public void Check(IUploadProgress progress)
    {
        if (progress.Status != UploadStatus.Uploading)
            return;

        _stalls = progress.BytesSent > _taken ? 0 : _stalls + 1;
        _taken = Math.Max(_taken, progress.BytesSent);
        if (_stalls > MaxStalls)
            throw new IOException($"the service takes no bytes after the first {_taken}.");
    }
}
